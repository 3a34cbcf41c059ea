import { type GuardFindings, guardFindingsSchema } from '@weir/contract';
import { z } from 'zod';
import type { FindingsReport } from '../../../features/reports/findings-report.ts';
import type { RouteSpec } from '../../route.ts';
import { readQuery } from '../../server.ts';
import { iso, periodOf, periodQuery } from './instants.ts';
import { type UsageRouteServices, visible } from './usage.ts';

const query = z.strictObject({
  ...periodQuery,
  project_id: z.string().min(1).optional().describe('Absent: all projects for admins, otherwise the own one'),
  by: z.enum(['hour', 'day']).default('day').describe('How findings are added up over time'),
});

export function guardrailFindingRoutes(services: UsageRouteServices): RouteSpec[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/guardrails/findings',
      permission: 'view',
      errors: 'weir',
      tag: 'Guardrails',
      summary: 'What guardrails found over a period, by time, kind and what was done about it',
      query,
      reply: guardFindingsSchema,
      async handle(request): Promise<GuardFindings> {
        const { by, from, to, project_id } = readQuery(request, query);
        const scope = visible(request, { project_id }, services);
        return shown(
          await services.reports.findings({ ...scope, ...periodOf({ from, to }, services.clock.now()), by }),
        );
      },
    },
  ];
}

function shown(report: FindingsReport): GuardFindings {
  return {
    ...{ from: iso(report.fromMs), to: iso(report.toMs), complete: report.isComplete },
    ...{ calls: report.calls, calls_found: report.callsFound, calls_blocked: report.callsBlocked },
    calls_unscanned: report.callsUnscanned,
    groups: report.groups.map(({ startMs, ...group }) => ({ start: iso(startMs), ...group })),
  };
}
