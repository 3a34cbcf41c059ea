import type { EmbeddingReply, EmbeddingRequest } from '../../kernel/embedding.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import { compact, type JsonObject } from '../../kernel/json.ts';
import { usage } from '../../kernel/usage.ts';
import type { EmbeddingUpstreamProtocol } from '../../ports/protocol.ts';
import { decodeEmbeddings, embedFields } from '../cohere-chat/embeddings.ts';
import { inputTexts, vectorOf } from '../embedding-inputs.ts';
import { tokenCount } from '../token-count.ts';
import { readError } from './read-error.ts';

/** InvokeModel speaks the wire of the model's vendor: Cohere's for its models, else Titan's. */
export const bedrockEmbeddings: EmbeddingUpstreamProtocol = {
  wire: 'bedrock-embeddings',
  encode(request, { model }) {
    const { fields, dropped } = model.includes('cohere.') ? embedFields(request) : titanFields(request);
    return { body: Buffer.from(JSON.stringify(fields)), dropped };
  },
  decodeReply: (json, request) =>
    json.embeddings === undefined ? titanReply(json, request) : decodeEmbeddings(json, request),
  readError,
};

function titanFields(request: EmbeddingRequest): { fields: JsonObject; dropped: readonly string[] } {
  const { texts, dropped } = inputTexts(request);
  const [inputText, ...more] = texts;
  if (inputText === undefined || more.length > 0) {
    throw invalidRequest('input', 'Titan models embed one text per call; send the texts one by one');
  }
  return { fields: compact({ inputText, dimensions: request.dimensions }), dropped };
}

function titanReply(json: JsonObject, request: EmbeddingRequest): EmbeddingReply {
  const input = tokenCount(json, 'inputTextTokenCount');
  const vectors = [vectorOf(json.embedding)];
  return { model: request.model, vectors, ...(input > 0 ? { usage: usage({ input }) } : {}) };
}
