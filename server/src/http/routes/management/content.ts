import { erasedSchema, type KeptContentObject, keptContentSchema } from '@weir/contract';
import { z } from 'zod';
import type { AuditLog } from '../../../features/audit/audit-log.ts';
import type { ContentStore } from '../../../features/content/content-store.ts';
import { keyOf, type RouteSpec } from '../../route.ts';
import { readQuery } from '../../server.ts';
import { audited } from './audited.ts';
import { iso } from './instants.ts';
import { type KnownProjects, ownProject, writeProject } from './project-scope.ts';

export interface ContentRouteServices {
  readonly content: Pick<ContentStore, 'read' | 'erase'>;
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
}

const scopeQuery = z.strictObject({ project_id: z.string().min(1).optional() });

export function contentRoutes({ content, projects, audit }: ContentRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Content' } as const;
  return [
    {
      ...common,
      method: 'GET',
      path: '/api/v1/usage/records/:id/content',
      permission: 'develop',
      summary: 'What was said in a call, where capture.content keeps it',
      reply: keptContentSchema,
      async handle(request): Promise<KeptContentObject> {
        const { id } = request.params as { id: string };
        const { userId, keptAt, requestId, mode, ...sides } = await content.read(id, ownProject(keyOf(request)));
        return { request_id: requestId, user_id: userId ?? null, created_at: iso(keptAt), mode, ...sides };
      },
    },
    {
      ...common,
      method: 'DELETE',
      path: '/api/v1/users/:id/content',
      permission: 'operate',
      summary: 'Erase everything that is stored of what an end user said and got',
      query: scopeQuery,
      reply: erasedSchema,
      async handle(request) {
        const { id } = request.params as { id: string };
        const { project_id } = readQuery(request, scopeQuery);
        const projectId = writeProject(keyOf(request), project_id, projects);
        const erased = await content.erase({ projectId, userId: id });
        await audited(audit, request, { projectId, action: 'content.erase', object: id, detail: { erased } });
        return { erased };
      },
    },
  ];
}
