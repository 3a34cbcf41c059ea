import type { EmbeddingClientProtocol } from '../../ports/protocol.ts';
import { readJson } from '../read-json.ts';
import type { RouteSpec } from '../route.ts';
import { serveCall } from '../serve-call.ts';
import { type ChatRouteServices, forwardedHeaders } from './chat.ts';
import { wireTimeLimits } from './time-limits.ts';
import { OPENAI_PREFIXES } from './wire-paths.ts';

/** `POST /v1/embeddings` on any provider that has embeddings. */
export function embeddingRoutes(protocol: EmbeddingClientProtocol, services: ChatRouteServices): RouteSpec[] {
  return OPENAI_PREFIXES.map((prefix, at) => ({
    method: 'POST',
    path: `${prefix}/embeddings`,
    permission: 'call',
    errors: 'openai',
    tag: 'OpenAI',
    summary: 'Embeddings in the OpenAI wire, on any provider that has them',
    documented: at === 0,
    async handle(request, reply) {
      const body = request.body as Buffer;
      const decoded = protocol.decode(body, readJson(body));
      reply.hijack();
      await serveCall(request, reply.raw, {
        services,
        spec: {
          operation: 'embeddings',
          wire: protocol.wire,
          shape: 'openai',
          payload: { kind: 'embeddings', protocol, request: decoded },
          models: [decoded.model],
          stream: false,
          bodyUser: decoded.user,
          limits: wireTimeLimits(request.headers, services.timeLimits),
          clientHeaders: forwardedHeaders(request),
          streamError: () => '',
        },
      });
    },
  }));
}
