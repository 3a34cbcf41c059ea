import {
  type CredentialObject,
  credentialSchema,
  listSchema,
  newCredentialSchema,
  newTokenSchema,
  tokenSchema,
} from '@weir/contract';
import { z } from 'zod';
import type { AuditLog } from '../../../features/audit/audit-log.ts';
import type { CredentialInfo, CredentialStore, NewCredential } from '../../../features/credentials/credential-store.ts';
import { invalidRequest, WeirError } from '../../../kernel/errors.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../route.ts';
import { readBody, readQuery } from '../../server.ts';
import { audited } from './audited.ts';
import { iso } from './instants.ts';
import { pageOf, pageQuery } from './paging.ts';
import { type KnownProjects, ownProject, readScope, writeProject } from './project-scope.ts';

export interface CredentialRouteServices {
  readonly credentials: Pick<CredentialStore, 'put' | 'list' | 'delete'>;
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
}

const listQuery = z.strictObject({ ...pageQuery, project_id: z.string().min(1).optional() });

export function credentialRoutes(services: CredentialRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Credentials' } as const;
  return [
    {
      ...common,
      method: 'GET',
      path: '/api/v1/credentials',
      permission: 'view',
      summary: 'Provider credentials without their secrets, newest first',
      query: listQuery,
      reply: listSchema(credentialSchema),
      handle(request) {
        const query = readQuery(request, listQuery);
        const scope = readScope(keyOf(request), query.project_id, services.projects);
        return pageOf(services.credentials.list(scope).map(shown), query);
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/api/v1/credentials',
      permission: 'operate',
      summary: 'Store a provider credential in the place of the one its owner had',
      body: newCredentialSchema,
      reply: credentialSchema,
      status: 201,
      async handle(request) {
        const body = readBody(request, newCredentialSchema);
        const scope = body.scope ?? (body.user_id === undefined ? 'project' : 'user');
        return shown(await store(request, services, { ...body, scope }));
      },
    },
    {
      ...common,
      method: 'DELETE',
      path: '/api/v1/credentials/:id',
      permission: 'operate',
      summary: 'Delete a provider credential',
      reply: credentialSchema,
      async handle(request) {
        const { id } = request.params as { id: string };
        const deleted = await services.credentials.delete(id, ownProject(keyOf(request)));
        if (deleted === undefined) throw new WeirError('resource.not_found');
        await note(request, services, { action: 'credential.delete', info: deleted });
        return shown(deleted);
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/api/v1/tokens',
      permission: 'develop',
      summary: "Store a provider token of a user, or of the caller's project",
      body: newTokenSchema,
      reply: tokenSchema,
      status: 201,
      async handle(request) {
        const { provider, token, user_id } = readBody(request, newTokenSchema);
        const scope = user_id === undefined ? 'project' : 'user';
        const info = await store(request, services, { provider, secret: token, scope, user_id });
        const { id, last4, created_at } = shown(info);
        return { id, user_id: user_id ?? null, provider, last4, created_at };
      },
    },
  ];
}

interface Wanted {
  readonly provider: string;
  readonly secret: string;
  readonly scope: NewCredential['scope'];
  readonly base_url?: string | undefined;
  readonly project_id?: string | undefined;
  readonly user_id?: string | undefined;
}

async function store(request: WeirRequest, services: CredentialRouteServices, of: Wanted): Promise<CredentialInfo> {
  const caller = keyOf(request);
  if (of.scope === 'server' && caller.role !== 'admin') {
    throw new WeirError('auth.denied', {
      param: 'scope',
      message: 'scope: only admins store credentials of the server.',
    });
  }
  if ((of.scope === 'user') !== (of.user_id !== undefined)) {
    throw invalidRequest('user_id', of.scope === 'user' ? 'is needed with scope user.' : 'goes with scope user only.');
  }
  const projectId = of.scope === 'server' ? '' : writeProject(caller, of.project_id, services.projects);
  const info = await services.credentials.put({
    provider: of.provider,
    secret: of.secret,
    scope: of.scope,
    projectId,
    userId: of.user_id ?? '',
    baseUrl: of.base_url,
  });
  await note(request, services, { action: 'credential.create', info });
  return info;
}

function note(
  request: WeirRequest,
  { audit }: CredentialRouteServices,
  of: { action: string; info: CredentialInfo },
): Promise<void> {
  const { id, provider, scope, userId, origin, last4, projectId } = of.info;
  const detail = { provider, scope, user_id: userId, origin, last4 };
  return audited(audit, request, { projectId, action: of.action, object: id, detail });
}

function shown(info: CredentialInfo): CredentialObject {
  return {
    id: info.id,
    provider: info.provider,
    scope: info.scope,
    project_id: info.projectId || null,
    user_id: info.userId || null,
    origin: info.origin,
    base_url: info.baseUrl,
    last4: info.last4,
    usable: info.usable,
    created_at: iso(info.createdAt),
  };
}
