import { type StatementObject, situationSchema } from '@weir/contract';
import { z } from 'zod';
import { keyOf, type RouteSpec } from '../../route.ts';
import { readQuery } from '../../server.ts';
import { type KnownProjects, readScope } from './project-scope.ts';

export interface SituationRouteServices {
  /** Of a project, or (undefined) of all. */
  readonly situation: (projectId: string | undefined) => Promise<readonly StatementObject[]>;
  readonly projects: KnownProjects;
}

const situationQuery = z.strictObject({
  project_id: z.string().min(1).optional().describe('Absent: all projects for admins, otherwise the own one'),
});

export function situationRoutes({ situation, projects }: SituationRouteServices): RouteSpec[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/situation',
      permission: 'view',
      errors: 'weir',
      tag: 'Usage',
      summary: 'What is wrong now, worst first, each in one sentence; empty when all is well',
      query: situationQuery,
      reply: situationSchema,
      async handle(request) {
        const { project_id } = readQuery(request, situationQuery);
        return { data: await situation(readScope(keyOf(request), project_id, projects)) };
      },
    },
  ];
}
