import { acceptedStatsSchema, patternStatsSchema } from '@weir/contract';
import { z } from 'zod';
import type { ReportedLines } from '../../../../features/log-sampling/live/live-traffic.ts';
import type { TrafficWatch } from '../../../../features/log-sampling/live/watch-traffic.ts';
import type { LogPolicies } from '../../../../features/log-sampling/policies/log-policies.ts';
import type { RouteSpec } from '../../../route.ts';
import { readBody } from '../../../server.ts';
import { type KnownProjects, projectOf } from '../project-scope.ts';

export interface PatternStatsRouteServices {
  readonly policies: Pick<LogPolicies, 'claim'>;
  readonly watch: Pick<TrafficWatch, 'report'>;
  readonly projects: KnownProjects;
}

const scopeQuery = z.object({ project_id: z.string().optional() });
const MOST_EXAMPLE = 500;

/** What samplers counted. */
export function patternStatsRoutes(services: PatternStatsRouteServices): RouteSpec[] {
  return [
    {
      ...{ method: 'POST', errors: 'weir', tag: 'Log sampling', permission: 'call', query: scopeQuery },
      path: '/api/v1/patterns/stats',
      summary: 'A summary of what a sampler saw and kept; once a minute it is looked at for anomalies',
      body: patternStatsSchema,
      reply: acceptedStatsSchema,
      status: 202,
      async handle(request) {
        const { service_name, team_id, patterns } = readBody(request, patternStatsSchema);
        const projectId = projectOf(request, services.projects);
        const service = await services.policies.claim(projectId, { name: service_name, teamId: team_id ?? null });
        await services.watch.report(service, patterns.map(reported));
        return {
          status: 'accepted',
          message: `${patterns.length} patterns of ${service_name} taken.`,
          analysis_run_id: null,
        };
      },
    },
  ];
}

function reported(stat: z.infer<typeof patternStatsSchema>['patterns'][number]): ReportedLines {
  const { signature, count, bytes, severities = stat.severity_distribution ?? {}, example } = stat;
  return {
    ...{ signature, lines: count, bytes, severities },
    errors: (severities.ERROR ?? 0) + (severities.CRITICAL ?? 0),
    example: example?.slice(0, MOST_EXAMPLE),
  };
}
