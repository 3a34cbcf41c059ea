import { type EvaluationObject, evaluationSchema, listSchema, newEvaluationSchema } from '@weir/contract';
import { z } from 'zod';
import { uuidV7 } from '../../../../kernel/ids.ts';
import type { Clock } from '../../../../ports/clock.ts';
import type { ScoreRow, ScoreStore } from '../../../../ports/evaluation-store.ts';
import { keyOf, type RouteSpec } from '../../../route.ts';
import { readBody, readQuery } from '../../../server.ts';
import { iso } from '../instants.ts';
import { pageQuery } from '../paging.ts';
import { type KnownProjects, readScope, writeProject } from '../project-scope.ts';
import { pageOfRows } from './page-of-rows.ts';

export interface EvaluationRouteServices {
  readonly scores: Pick<ScoreStore, 'insert' | 'list'>;
  readonly projects: KnownProjects;
  readonly clock: Pick<Clock, 'now'>;
}

const listQuery = z.strictObject({
  ...pageQuery,
  project_id: z.string().min(1).optional().describe('Absent: all projects for admins, otherwise the own one'),
  inference_id: z.string().min(1).optional(),
  metric: z.string().min(1).optional(),
  evaluator: z.enum(['human', 'automated']).optional(),
});

/** Scores of calls in the shape of seed 003. The id of the call is a label: one that Weir does not know is no error. */
export function evaluationRoutes({ scores, projects, clock }: EvaluationRouteServices): RouteSpec[] {
  const common = { path: '/api/v1/evaluations', errors: 'weir', tag: 'Evaluations' } as const;
  return [
    {
      ...common,
      method: 'POST',
      permission: 'call',
      summary: 'Score what a call answered',
      body: newEvaluationSchema,
      reply: evaluationSchema,
      status: 201,
      async handle(request): Promise<EvaluationObject> {
        const { project_id, ...given } = readBody(request, newEvaluationSchema);
        const key = keyOf(request);
        const now = clock.now();
        const row: ScoreRow = {
          ...given,
          id: `eval_${uuidV7(now).replaceAll('-', '')}`,
          project_id: writeProject(key, project_id, projects),
          key_id: key.id,
          ...{ evaluator_name: null, evaluator_version: null, run_id: null, item_id: null, trial: null, reason: null },
          created_at: now,
        };
        await scores.insert(row);
        return shown(row);
      },
    },
    {
      ...common,
      method: 'GET',
      permission: 'view-own',
      summary: 'Scores of calls, newest first; inference keys see their own',
      query: listQuery,
      reply: listSchema(evaluationSchema),
      async handle(request) {
        const { limit, cursor, project_id, inference_id, ...filter } = readQuery(request, listQuery);
        const key = keyOf(request);
        const rows = await scores.list({
          ...filter,
          projectId: readScope(key, project_id, projects),
          keyId: key.role === 'inference' ? key.id : undefined,
          inferenceId: inference_id,
          limit: limit + 1,
          before: cursor,
        });
        return pageOfRows(rows, { limit, show: shown });
      },
    },
  ];
}

function shown({ id, inference_id, metric, score, evaluator, created_at }: ScoreRow): EvaluationObject {
  return { id, inference_id, metric, score, evaluator, created_at: iso(created_at) };
}
