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
  const { protocol, request } = payload;
  const sameWire = upstream.forward !== undefined;
  const encoded = upstream.forward?.(request, context) ?? upstream.encode(request.embedding(), context);
  return {
    wire: upstream.wire,
    sameWire,
    method: 'POST',
    path: undefined,
    contentType: 'application/json',
    encoded,
    whole(reply) {
      const decoded = upstream.decodeReply(jsonBody(reply), request.embedding());
      const body = sameWire ? reply.body : Buffer.from(JSON.stringify(protocol.encodeReply(decoded, request)));
      return {
        reply: { status: 200, contentType: 'application/json', body },
        usage: decoded.usage,
        outputCharacters: 0,
      };
    },
    readError: (json) => upstream.readError(json),
  };
}
