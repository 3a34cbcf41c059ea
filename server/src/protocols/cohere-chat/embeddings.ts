import type { EmbeddingReply, EmbeddingRequest } from '../../kernel/embedding.ts';
import { asArray, asObject, asString, compact, type JsonObject } from '../../kernel/json.ts';
import { usage } from '../../kernel/usage.ts';
import type { EmbeddingUpstreamProtocol } from '../../ports/protocol.ts';
import { inputTexts, vectorOf } from '../embedding-inputs.ts';
import { tokenCount } from '../token-count.ts';
import { unexpectedReply } from '../upstream-failure.ts';
import { readError } from './read-error.ts';

/** Fields of this wire that a client may add to its own. */
const OWN_FIELDS = ['input_type', 'truncate'];

/** v2 embed. */
export const cohereEmbeddings: EmbeddingUpstreamProtocol = {
  wire: 'cohere-embeddings',
  encode(request, { model }) {
    const { fields, dropped } = embedFields(request);
    return { body: Buffer.from(JSON.stringify({ model, ...fields })), dropped };
  },
  decodeReply: decodeEmbeddings,
  readError,
};

/** The body without the model, which Bedrock says in the address. The wire demands to know what the vectors are for. */
export function embedFields(request: EmbeddingRequest): { fields: JsonObject; dropped: readonly string[] } {
  const { texts, dropped } = inputTexts(request, OWN_FIELDS);
  const { extensions, dimensions } = request;
  const fields = compact({
    texts,
    input_type: asString(extensions.input_type) ?? 'search_document',
    truncate: asString(extensions.truncate),
    embedding_types: ['float'],
    output_dimension: dimensions,
  });
  return { fields, dropped };
}

export function decodeEmbeddings(json: JsonObject, request: EmbeddingRequest): EmbeddingReply {
  // Asked for one type, older models answer with the bare list.
  const list = asArray(asObject(json.embeddings)?.float) ?? asArray(json.embeddings);
  if (list?.length !== request.inputs.length) throw unexpectedReply('it has not one embedding per input');
  const input = tokenCount(asObject(asObject(json.meta)?.billed_units), 'input_tokens');
  return { model: request.model, vectors: list.map(vectorOf), ...(input > 0 ? { usage: usage({ input }) } : {}) };
}
