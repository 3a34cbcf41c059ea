import { listSchema, modelComparisonSchema } from '@weir/contract';
import { z } from 'zod';
import type { Estimate, ModelPerformance } from '../../../../features/evaluations/compare-models.ts';
import { usdFromNano } from '../../../../kernel/money.ts';
import type { Clock } from '../../../../ports/clock.ts';
import { keyOf, type RouteSpec } from '../../../route.ts';
import { readQuery } from '../../../server.ts';
import { periodOf, periodQuery } from '../instants.ts';
import { type KnownProjects, readScope } from '../project-scope.ts';

export interface ModelComparisonServices {
  readonly compareModels: (of: {
    projectId: string | undefined;
    fromMs: number;
    toMs: number;
  }) => Promise<readonly ModelPerformance[]>;
  readonly projects: KnownProjects;
  readonly clock: Pick<Clock, 'now'>;
}

const query = z.strictObject({ ...periodQuery, project_id: z.string().min(1).optional() });

export function modelComparisonRoutes({ compareModels, projects, clock }: ModelComparisonServices): RouteSpec[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/models/compare',
      permission: 'view',
      errors: 'weir',
      tag: 'Evaluations',
      summary: 'Models side by side: quality by every score, cost and latency, over the newest calls of a period',
      query,
      reply: listSchema(modelComparisonSchema),
      async handle(request) {
        const { project_id, ...asked } = readQuery(request, query);
        const projectId = readScope(keyOf(request), project_id, projects);
        const models = await compareModels({ projectId, ...periodOf(asked, clock.now()) });
        return { data: models.map(shown), next_cursor: null };
      },
    },
  ];
}

function shown({ model, calls, success, costNano, latency, quality }: ModelPerformance) {
  return {
    ...{ model, calls, success_rate: success.value, success_rate_interval: bounds(success) },
    cost_usd_per_call: usdFromNano(Math.round(costNano.value)),
    cost_usd_interval: bounds(costNano, (nano) => usdFromNano(Math.round(nano))),
    latency_ms:
      latency === undefined
        ? null
        : {
            ...{ p50: latency.p50.value, p50_interval: bounds(latency.p50) },
            ...{ p95: latency.p95.value, p95_interval: bounds(latency.p95) },
          },
    quality: Object.fromEntries(
      Object.entries(quality).map(([metric, estimate]) => [
        metric,
        { score: estimate.value, interval: bounds(estimate), scores: estimate.scores },
      ]),
    ),
  };
}

function bounds({ interval }: Estimate, unit = (value: number) => value) {
  return interval === undefined ? null : { low: unit(interval.low), high: unit(interval.high) };
}
