import { z } from 'zod';
import { keyOf, type RouteSpec } from '../route.ts';
import { type KnownProjects, writeProject } from './management/project-scope.ts';

/** What an exporter sent, as it came. */
interface SentLogs {
  readonly projectId: string;
  readonly body: Buffer;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

export interface OtlpLogsRouteServices {
  readonly receiver: { receive(sent: SentLogs): Promise<{ contentType: string; body: Buffer }> };
  readonly projects: KnownProjects;
}

const bodySchema = z.object({ resourceLogs: z.array(z.unknown()).optional() });
const replySchema = z.object({
  partialSuccess: z
    .object({ rejectedLogRecords: z.string().describe('64-bit integer'), errorMessage: z.string() })
    .optional()
    .describe('Absent: everything was taken'),
});

/** Logs from OpenTelemetry exporters and collectors. */
export function otlpLogsRoutes({ receiver, projects }: OtlpLogsRouteServices): RouteSpec[] {
  return [
    {
      ...{ method: 'POST', path: '/v1/logs', permission: 'call', errors: 'weir', tag: 'Log sampling', opensBody: true },
      summary:
        'OTLP/HTTP logs: protocol buffers, JSON or lines of JSON, gzip or plain; kept in memory as the source otlp',
      body: bodySchema,
      reply: replySchema,
      async handle(request, reply) {
        const answer = await receiver.receive({
          projectId: writeProject(keyOf(request), undefined, projects),
          body: request.body instanceof Buffer ? request.body : Buffer.alloc(0),
          contentType: request.headers['content-type'],
          contentEncoding: request.headers['content-encoding'],
        });
        reply.header('x-request-id', request.weirId).type(answer.contentType).send(answer.body);
      },
    },
  ];
}
