import type { EmbeddingReply, EmbeddingRequest } from '../../kernel/embedding.ts';
import { WeirError } from '../../kernel/errors.ts';
import { asArray, asObject, asString, compact, type Json, type JsonObject } from '../../kernel/json.ts';
import type {
  EmbeddingClientRequest,
  EmbeddingUpstreamProtocol,
  EncodedRequest,
  UpstreamContext,
} from '../../ports/protocol.ts';
import { editJson } from '../json-edit.ts';
import { unsupportedFields } from '../openai-chat/encode-request.ts';
import { readErrorBody } from '../openai-chat/read-error.ts';
import { readAnyUsage } from '../usage-formats.ts';
import { decodeVector } from './vector-base64.ts';

/** The provider's face of /v1/embeddings: OpenAI and everything compatible with it. */
export const openaiEmbeddingsUpstream: EmbeddingUpstreamProtocol = {
  wire: 'openai-embeddings',
  forward: forwardEmbeddingRequest,
  encode: encodeEmbeddingRequest,
  decodeReply: decodeEmbeddingReply,
  readError: readErrorBody,
};

function forwardEmbeddingRequest(
  { body, json }: EmbeddingClientRequest,
  { model, quirks }: UpstreamContext,
): EncodedRequest {
  const dropped = unsupportedFields(json, quirks);
  const remove = [...dropped, ...(quirks.removeFields ?? [])];
  const set: JsonObject = { model, ...quirks.setFields };
  for (const name of remove) delete set[name];
  return { body: editJson(body, json, { set, remove }), dropped };
}

/** Only the OpenAI wire has a client face, so the extensions are this wire's own. */
function encodeEmbeddingRequest(request: EmbeddingRequest, { model, quirks }: UpstreamContext): EncodedRequest {
  const { inputs, dimensions, user, extensions } = request;
  const input = inputs.length === 1 && typeof inputs[0] === 'string' ? inputs[0] : (inputs as Json[]);
  const fields: JsonObject = compact({ model, input, dimensions, user, ...(extensions as JsonObject) });
  const dropped = unsupportedFields(fields, quirks);
  for (const name of [...dropped, ...(quirks.removeFields ?? [])]) delete fields[name];
  return { body: Buffer.from(JSON.stringify({ ...fields, ...quirks.setFields })), dropped };
}

function decodeEmbeddingReply(json: JsonObject, request: EmbeddingRequest): EmbeddingReply {
  const data = asArray(json.data);
  if (data === undefined || data.length !== request.inputs.length) throw badReply('not one vector for each input');
  const vectors = new Array<readonly number[]>(data.length);
  for (const [position, item] of data.entries()) {
    const object = asObject(item);
    const index = typeof object?.index === 'number' ? object.index : position;
    if (vectors[index] !== undefined || !(index in data)) throw badReply('the vectors are not numbered one by one');
    vectors[index] = readVector(object?.embedding);
  }
  const usage = readAnyUsage(json);
  return { model: asString(json.model) ?? '', vectors, ...(usage === undefined ? {} : { usage }) };
}

function readVector(value: Json | undefined): readonly number[] {
  const vector = typeof value === 'string' ? decodeVector(value) : asArray(value);
  if (vector === undefined || !vector.every((number) => typeof number === 'number'))
    throw badReply('a vector is missing');
  return vector as readonly number[];
}

function badReply(message: string): WeirError {
  return new WeirError('upstream.bad_reply', {
    message: `The provider sent a reply that cannot be understood: ${message}.`,
    details: { type: 'unexpected_shape' },
  });
}
