import { calibrationSchema, evaluatorSchema, listSchema, newEvaluatorSchema } from '@weir/contract';
import { z } from 'zod';
import type { AuditLog } from '../../../../features/audit/audit-log.ts';
import type { EvaluatorVersions } from '../../../../features/evaluations/evaluator-versions.ts';
import { type JsonObject, parseJson } from '../../../../kernel/json.ts';
import type { EvaluatorRow } from '../../../../ports/evaluation-store.ts';
import type { Evaluator } from '../../../../ports/evaluator.ts';
import { keyOf, type RouteSpec } from '../../../route.ts';
import { readBody, readQuery } from '../../../server.ts';
import { audited } from '../audited.ts';
import { iso } from '../instants.ts';
import { type KnownProjects, writeProject } from '../project-scope.ts';

export interface EvaluatorRouteServices {
  readonly evaluators: EvaluatorVersions;
  /** Built in. */
  readonly kinds: readonly Evaluator[];
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
}

const scopeQuery = z.strictObject({ project_id: z.string().min(1).optional() });
const calibrationQuery = scopeQuery.extend({
  version: z.coerce.number().int().min(1).optional().describe('Absent: the latest'),
});

export function evaluatorRoutes({ evaluators, kinds, projects, audit }: EvaluatorRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Evaluations' } as const;
  const path = '/api/v1/evaluators';
  const shown = ({ name, version, type, options, created_at }: EvaluatorRow) => {
    const kind = kinds.find((each) => each.name === type);
    const { about = '', asksModel = false } = kind ?? {};
    return {
      ...{ name, version, type, about, asks_model: asksModel },
      options: parseJson(options) as JsonObject,
      created_at: iso(created_at),
    };
  };
  return [
    {
      ...common,
      method: 'POST',
      path,
      permission: 'develop',
      summary: 'Make the next version of a named evaluator',
      body: newEvaluatorSchema,
      reply: evaluatorSchema,
      status: 201,
      async handle(request) {
        const { project_id, ...given } = readBody(request, newEvaluatorSchema);
        const key = keyOf(request);
        const projectId = writeProject(key, project_id, projects);
        const row = await evaluators.add({ ...given, projectId, author: key.id });
        const detail = { version: row.version, type: row.type };
        await audited(audit, request, { projectId, action: 'evaluator.add', object: row.name, detail });
        return shown(row);
      },
    },
    {
      ...common,
      method: 'GET',
      path,
      permission: 'view',
      summary: "Evaluators: those built in, and the project's own in their latest version",
      query: scopeQuery,
      reply: listSchema(evaluatorSchema),
      async handle(request) {
        const { project_id } = readQuery(request, scopeQuery);
        const own = await evaluators.latest(writeProject(keyOf(request), project_id, projects));
        const builtIn = kinds.map(({ name, about, asksModel }) => ({
          ...{ name, version: null, type: name, about, asks_model: asksModel, options: {}, created_at: null },
        }));
        return { data: [...own.map(shown), ...builtIn], next_cursor: null };
      },
    },
    {
      ...common,
      method: 'GET',
      path: `${path}/:name/calibration`,
      permission: 'view',
      summary: 'How far an evaluator agrees with people who scored the same calls by the same metric',
      query: calibrationQuery,
      reply: calibrationSchema,
      async handle(request) {
        const { name } = request.params as { name: string };
        const { project_id, version: asked } = readQuery(request, calibrationQuery);
        const projectId = writeProject(keyOf(request), project_id, projects);
        const { version, agreement: told, canGate } = await evaluators.calibration({ projectId, name, version: asked });
        return {
          ...{ name, version, items: told?.items ?? 0 },
          ...{ agreement: told?.agreement ?? null, kappa: told?.kappa ?? null },
          ...{ kappa_low: told?.interval.low ?? null, kappa_high: told?.interval.high ?? null },
          can_gate: canGate,
        };
      },
    },
  ];
}
