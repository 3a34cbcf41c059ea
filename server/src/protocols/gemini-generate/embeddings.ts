import { asArray, asObject, compact, type JsonObject } from '../../kernel/json.ts';
import { usage } from '../../kernel/usage.ts';
import type { EmbeddingUpstreamProtocol } from '../../ports/protocol.ts';
import { inputTexts, vectorOf } from '../embedding-inputs.ts';
import { tokenCount } from '../token-count.ts';
import { unexpectedReply } from '../upstream-failure.ts';
import { readError } from './read-error.ts';

/** batchEmbedContents: one request per text. */
export const geminiEmbeddings: EmbeddingUpstreamProtocol = {
  wire: 'gemini-embeddings',
  encode(request, { model }) {
    const { texts, dropped } = inputTexts(request);
    const requests = texts.map((text) =>
      compact({
        model: `models/${model}`,
        content: { parts: [{ text }] },
        outputDimensionality: request.dimensions,
      }),
    );
    return { body: Buffer.from(JSON.stringify({ requests })), dropped };
  },
  decodeReply(json, request) {
    const vectors = (asArray(json.embeddings) ?? []).map((item) => vectorOf(asObject(item)?.values));
    if (vectors.length !== request.inputs.length) throw unexpectedReply('it has not one embedding per input');
    const input = tokenCount(asObject(json.usageMetadata), 'promptTokenCount');
    return { model: request.model, vectors, ...(input > 0 ? { usage: usage({ input }) } : {}) };
  },
  readError,
};

/** Vertex AI's `:predict`: instances in, predictions with their statistics out. */
export const vertexEmbeddings: EmbeddingUpstreamProtocol = {
  wire: 'vertex-embeddings',
  encode(request) {
    const { texts, dropped } = inputTexts(request);
    const parameters: JsonObject | undefined =
      request.dimensions === undefined ? undefined : { outputDimensionality: request.dimensions };
    const body = compact({ instances: texts.map((content) => ({ content })), parameters });
    return { body: Buffer.from(JSON.stringify(body)), dropped };
  },
  decodeReply(json, request) {
    const embeddings = (asArray(json.predictions) ?? []).map((item) => asObject(asObject(item)?.embeddings));
    if (embeddings.length !== request.inputs.length) throw unexpectedReply('it has not one embedding per input');
    const input = embeddings.reduce((sum, item) => sum + tokenCount(asObject(item?.statistics), 'token_count'), 0);
    const vectors = embeddings.map((item) => vectorOf(item?.values));
    return { model: request.model, vectors, ...(input > 0 ? { usage: usage({ input }) } : {}) };
  },
  readError,
};
