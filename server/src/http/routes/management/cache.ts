import { type CacheStats, cachePurgeSchema, cacheStatsSchema } from '@weir/contract';
import { z } from 'zod';
import type { AuditLog } from '../../../features/audit/audit-log.ts';
import { keyOf, type RouteSpec } from '../../route.ts';
import { readQuery } from '../../server.ts';
import { audited } from './audited.ts';
import { type KnownProjects, readScope, writeProject } from './project-scope.ts';

export interface CacheRouteServices {
  /** Of one project, or of all. */
  readonly stats: (projectId: string | undefined) => CacheStats;
  /** Forgets all replies of a project and gives their number. Rejects with `store.unavailable`. */
  readonly purge: (projectId: string) => Promise<number>;
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
}

const scopeQuery = z.strictObject({ project_id: z.string().min(1).optional() });

export function cacheRoutes(services: CacheRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Cache', query: scopeQuery } as const;
  return [
    {
      ...common,
      method: 'GET',
      path: '/api/v1/cache/stats',
      permission: 'view',
      summary: 'Hits, misses and savings of the reply cache since this process started',
      reply: cacheStatsSchema,
      handle(request) {
        const { project_id } = readQuery(request, scopeQuery);
        return services.stats(readScope(keyOf(request), project_id, services.projects));
      },
    },
    {
      ...common,
      method: 'DELETE',
      path: '/api/v1/cache',
      permission: 'operate',
      summary: 'Forget all cached replies of a project',
      reply: cachePurgeSchema,
      async handle(request) {
        const { project_id } = readQuery(request, scopeQuery);
        const projectId = writeProject(keyOf(request), project_id, services.projects);
        const purged = await services.purge(projectId);
        await audited(services.audit, request, {
          projectId,
          action: 'cache.purge',
          object: projectId,
          detail: { purged },
        });
        return { purged };
      },
    },
  ];
}
