import type { EmbeddingPayload } from '../../ports/payload.ts';
import type { EmbeddingUpstreamProtocol, UpstreamContext } from '../../ports/protocol.ts';
import { jsonBody } from './chat-exchange.ts';
import type { Exchange } from './exchange.ts';

/** Embeddings: the OpenAI shape passes through to providers that speak it and is translated for others. */
export function embeddingExchange(
  payload: EmbeddingPayload,
  upstream: EmbeddingUpstreamProtocol,
  context: UpstreamContext,
): Exchange {
  const sameWire = upstream.forward !== undefined;
  const encoded = upstream.forward?.(payload, context) ?? upstream.encode(payload.request, context);
  return {
    wire: upstream.wire,
    sameWire,
    method: 'POST',
    path: undefined,
    contentType: 'application/json',
    encoded,
    whole(reply) {
      const decoded = upstream.decodeReply(jsonBody(reply), payload.request);
      const body = sameWire ? reply.body : Buffer.from(JSON.stringify(payload.encodeReply(decoded)));
      return {
        reply: { status: 200, contentType: 'application/json', body },
        usage: decoded.usage,
        outputCharacters: 0,
      };
    },
    readError: (json) => upstream.readError(json),
  };
}
