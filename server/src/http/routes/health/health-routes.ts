import { healthSchema } from '@weir/contract';
import type { Health } from '../../../features/health/health.ts';
import type { RouteSpec } from '../../route.ts';

export interface HealthRouteServices {
  readonly health: Health;
  /** The Prometheus text exposition. */
  readonly metrics: () => string;
  readonly metricsContentType: string;
  /** Bound to loopback: whoever can connect may read the metrics. Elsewhere they need a key. */
  readonly isLoopback: boolean;
}

/** What load balancers, orchestrators and Prometheus ask. */
export function healthRoutes(services: HealthRouteServices): RouteSpec[] {
  const probe = { method: 'GET', permission: 'public', errors: 'weir', tag: 'Health' } as const;
  const asked: RouteSpec[] = [
    {
      ...probe,
      path: '/healthz',
      summary: 'Status of the database, the workers and every provider; 503 only when Weir itself cannot work',
      reply: healthSchema,
      async handle(_request, reply) {
        const report = await services.health.report();
        if (report.status === 'unhealthy') reply.code(503);
        return answer(reply, report);
      },
    },
    {
      ...probe,
      path: '/livez',
      summary: 'Says that the process runs',
      handle: (_request, reply) => answer(reply, { status: 'ok' }),
    },
    {
      ...probe,
      path: '/readyz',
      summary: 'Whether new calls may be sent here; 503 while draining or without storage',
      async handle(_request, reply) {
        const { ready, reason } = await services.health.readiness();
        if (!ready) reply.code(503);
        return answer(reply, ready ? { status: 'ok' } : { status: 'unavailable', reason });
      },
    },
    {
      ...probe,
      path: '/metrics',
      permission: services.isLoopback ? 'public' : 'view',
      summary: 'Prometheus metrics; needs no key when bound to loopback',
      handle: (_request, reply) => void reply.type(services.metricsContentType).send(services.metrics()),
    },
  ];
  // Load balancers and monitors often ask for the head alone; the status says it all.
  return asked.flatMap((route) => [route, { ...route, method: 'HEAD', documented: false }]);
}

/** The status was set by the caller, so the reply is sent here; a probe must never be answered from a cache. */
function answer(reply: Parameters<RouteSpec['handle']>[1], body: object): void {
  reply.header('cache-control', 'no-store').type('application/json').send(JSON.stringify(body));
}
