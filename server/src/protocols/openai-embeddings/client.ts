import type { EmbeddingReply, EmbeddingRequest } from '../../kernel/embedding.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import { compact, type Json, type JsonObject } from '../../kernel/json.ts';
import { inputTokens, totalTokens } from '../../kernel/usage.ts';
import type { EmbeddingClientProtocol, EmbeddingClientRequest } from '../../ports/protocol.ts';
import { assertUniqueKeys } from '../json-edit.ts';
import { checkModel, endUser, positiveInteger } from '../openai-chat/check-fields.ts';
import { encodeOpenAiError } from '../openai-chat/encode-error.ts';
import { encodeVector } from './vector-base64.ts';

/** The client's face of /v1/embeddings. */
export const openaiEmbeddingsClient: EmbeddingClientProtocol = {
  wire: 'openai-embeddings',
  decode: decodeEmbeddingRequest,
  encodeReply: encodeEmbeddingReply,
  encodeError: encodeOpenAiError,
};

type Input = string | readonly number[];

/** A token id stands for about four characters. */
const TOKEN_CHARACTERS = 4;

const NEUTRAL_FIELDS = ['model', 'input', 'dimensions', 'user', 'encoding_format'];

function decodeEmbeddingRequest(body: Buffer, json: JsonObject): EmbeddingClientRequest {
  assertUniqueKeys(body, json);
  const model = checkModel(json);
  const user = endUser(json);
  const dimensions = positiveInteger(json, 'dimensions');
  checkFormat(json.encoding_format);
  const inputs = decodeInput(json.input);
  let characters = 0;
  for (const input of inputs) characters += input.length * (typeof input === 'string' ? 1 : TOKEN_CHARACTERS);
  let neutral: EmbeddingRequest | undefined;
  return {
    wire: 'openai-embeddings',
    body,
    json,
    model,
    user,
    inputCharacters: characters,
    embedding: () => {
      neutral ??= { model, inputs, ...compact({ dimensions, user }), extensions: extensionFields(json) };
      return neutral;
    },
  };
}

function checkFormat(format: Json | undefined): void {
  if (format === undefined || format === null || format === 'float' || format === 'base64') return;
  throw invalidRequest('encoding_format', 'expected float or base64');
}

function decodeInput(input: Json | undefined): readonly Input[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input) || input.length === 0) {
    throw invalidRequest('input', 'expected a text, an array of texts, or token ids');
  }
  if (typeof input[0] === 'number') return [tokenIds(input, 'input')];
  return input.map((item, index) => {
    if (typeof item === 'string') return item;
    if (!Array.isArray(item) || item.length === 0)
      throw invalidRequest(`input[${index}]`, 'expected a text or token ids');
    return tokenIds(item, `input[${index}]`);
  });
}

function tokenIds(list: readonly Json[], param: string): readonly number[] {
  const wrong = list.findIndex((id) => typeof id !== 'number' || !Number.isInteger(id) || id < 0);
  if (wrong >= 0) throw invalidRequest(`${param}[${wrong}]`, 'expected a token id, a whole number from 0');
  return list as readonly number[];
}

function extensionFields(json: JsonObject): JsonObject {
  const fields: JsonObject = {};
  for (const name of Object.keys(json)) if (!NEUTRAL_FIELDS.includes(name)) fields[name] = json[name];
  return fields;
}

function encodeEmbeddingReply(reply: EmbeddingReply, request: EmbeddingClientRequest): JsonObject {
  const base64 = request.json.encoding_format === 'base64';
  const { usage } = reply;
  return {
    object: 'list',
    data: reply.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: base64 ? encodeVector(vector) : vector.slice(),
    })),
    model: reply.model === '' ? request.model : reply.model,
    // The SDK types hold usage for mandatory; zeros say that nobody counted.
    usage: {
      prompt_tokens: usage === undefined ? 0 : inputTokens(usage),
      total_tokens: usage === undefined ? 0 : totalTokens(usage),
    },
  };
}
