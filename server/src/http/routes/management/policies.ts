import { z } from 'zod';
import type { AuditLog } from '../../../features/audit/audit-log.ts';
import type { PolicyStore } from '../../../features/policies/policy-store.ts';
import { WeirError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../route.ts';
import { readBody } from '../../server.ts';
import { audited } from './audited.ts';
import { type KnownProjects, ownProject } from './project-scope.ts';

export interface PolicyRouteServices {
  readonly policies: Pick<PolicyStore, 'read' | 'put'>;
  readonly projects: KnownProjects;
  /** The sections a policy may have, for the reference page. */
  readonly sections: Readonly<Record<string, z.ZodType>>;
  readonly audit: Pick<AuditLog, 'record'>;
}

const anySections = z.record(z.string(), z.json());

/** What a project decides for itself. Sections that are not there leave it to the configuration. */
export function policyRoutes(services: PolicyRouteServices): RouteSpec[] {
  const common = { path: '/api/v1/projects/:id/policy', errors: 'weir', tag: 'Policies' } as const;
  const optional = Object.entries(services.sections).map(([name, schema]) => [name, schema.optional()]);
  const policySchema = z.strictObject(Object.fromEntries(optional));
  return [
    {
      ...common,
      method: 'GET',
      permission: 'view',
      summary: "A project's policy, as it was written",
      reply: policySchema,
      handle: (request) => services.policies.read(projectOf(request, services)),
    },
    {
      ...common,
      method: 'PUT',
      permission: 'operate',
      summary: "Replace a project's policy; a section that is left out is the configuration's again",
      body: policySchema,
      reply: policySchema,
      async handle(request) {
        const id = projectOf(request, services);
        const policy = await services.policies.put(id, readBody(request, anySections) as JsonObject);
        const detail = { sections: Object.keys(policy) };
        await audited(services.audit, request, { projectId: id, action: 'policy.put', object: id, detail });
        return policy;
      },
    },
  ];
}

/** Another project's id answers like one that does not exist. */
function projectOf(request: WeirRequest, { projects }: PolicyRouteServices): string {
  const { id } = request.params as { id: string };
  const own = ownProject(keyOf(request));
  if (!projects.exists(id) || (own !== undefined && own !== id)) throw new WeirError('resource.not_found');
  return id;
}
