import { listSchema, newProjectSchema, type ProjectObject, projectSchema } from '@weir/contract';
import { z } from 'zod';
import type { ProjectStore } from '../../../features/access/project-store.ts';
import type { AuditLog } from '../../../features/audit/audit-log.ts';
import { keyOf, type RouteSpec } from '../../route.ts';
import { readBody, readQuery } from '../../server.ts';
import { audited } from './audited.ts';
import { iso } from './instants.ts';
import { pageOf, pageQuery } from './paging.ts';
import { ownProject } from './project-scope.ts';

export interface ProjectRouteServices {
  readonly projects: Pick<ProjectStore, 'list' | 'create'>;
  readonly audit: Pick<AuditLog, 'record'>;
  /** Gives a new project what every one begins with. */
  readonly begin: (projectId: string) => Promise<void>;
}

const listQuery = z.strictObject(pageQuery);

export function projectRoutes({ projects, audit, begin }: ProjectRouteServices): RouteSpec[] {
  const common = { path: '/api/v1/projects', errors: 'weir', tag: 'Access' } as const;
  return [
    {
      ...common,
      method: 'GET',
      permission: 'view',
      summary: 'Projects the caller can see',
      query: listQuery,
      reply: listSchema(projectSchema),
      handle(request) {
        const own = ownProject(keyOf(request));
        const seen = projects.list().filter(({ id }) => own === undefined || id === own);
        return pageOf(seen.map(shown), readQuery(request, listQuery));
      },
    },
    {
      ...common,
      method: 'POST',
      permission: 'admin',
      summary: 'Make a project',
      body: newProjectSchema,
      reply: projectSchema,
      status: 201,
      async handle(request) {
        const { name } = readBody(request, newProjectSchema);
        const project = await projects.create(name);
        await begin(project.id);
        await audited(audit, request, {
          projectId: project.id,
          action: 'project.create',
          object: project.id,
          detail: { name },
        });
        return shown(project);
      },
    },
  ];
}

function shown(row: { id: string; name: string; created_at: number }): ProjectObject {
  return { id: row.id, name: row.name, created_at: iso(row.created_at) };
}
