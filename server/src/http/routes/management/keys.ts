import { createdKeySchema, type KeyObject, keyChangeSchema, keySchema, listSchema, newKeySchema } from '@weir/contract';
import { z } from 'zod';
import type { Key, KeyScopes, KeyStore } from '../../../features/access/key-store.ts';
import type { AuditLog } from '../../../features/audit/audit-log.ts';
import { WeirError } from '../../../kernel/errors.ts';
import { compact } from '../../../kernel/json.ts';
import type { Clock } from '../../../ports/clock.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../route.ts';
import { readBody, readQuery } from '../../server.ts';
import { audited } from './audited.ts';
import { checkBudget } from './budget-rules.ts';
import { futureInstant, iso, isoOrNull } from './instants.ts';
import { refuseMoreThanOwn } from './key-rules.ts';
import { pageOf, pageQuery } from './paging.ts';
import { type KnownProjects, ownProject, readScope, writeProject } from './project-scope.ts';

export interface KeyRouteServices {
  readonly keys: Pick<KeyStore, 'create' | 'list' | 'get' | 'update' | 'revoke'>;
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly clock: Clock;
  /** Does a provider or route answer this name? */
  readonly isModel: (name: string) => boolean;
}

const listQuery = z.strictObject({ ...pageQuery, project_id: z.string().min(1).optional() });
const ADMIN_KEY_ID = 'admin';

export function keyRoutes(services: KeyRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Access' } as const;
  return [
    {
      ...common,
      method: 'GET',
      path: '/api/v1/keys',
      permission: 'view',
      summary: 'Keys, newest first',
      query: listQuery,
      reply: listSchema(keySchema),
      handle(request) {
        const query = readQuery(request, listQuery);
        const scope = readScope(keyOf(request), query.project_id, services.projects);
        return pageOf(services.keys.list(scope).map(shown), query);
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/api/v1/keys',
      permission: 'operate',
      summary: 'Make a key; the reply is the only place that ever shows it',
      body: newKeySchema,
      reply: createdKeySchema,
      status: 201,
      handle: (request) => create(request, services),
    },
    {
      ...common,
      method: 'PATCH',
      path: '/api/v1/keys/:id',
      permission: 'operate',
      summary: 'Change name, limits, budget, scopes or expiry',
      body: keyChangeSchema,
      reply: keySchema,
      handle: (request) => change(request, services),
    },
    {
      ...common,
      method: 'DELETE',
      path: '/api/v1/keys/:id',
      permission: 'operate',
      summary: 'Revoke a key, at once and for good',
      reply: keySchema,
      handle: (request) => revoke(request, services),
    },
  ];
}

async function create(request: WeirRequest, services: KeyRouteServices): Promise<KeyObject & { key: string }> {
  const { name, project_id, role = 'inference', expires_at, ...scopes } = readBody(request, newKeySchema);
  checkBudget(scopes.budget, services.isModel);
  const caller = keyOf(request);
  const projectId = writeProject(caller, project_id, services.projects);
  const expiresAt = futureInstant(expires_at, services.clock.now()) ?? null;
  const wanted = { name, projectId, role, scopes: compact(scopes) as KeyScopes, expiresAt };
  refuseMoreThanOwn(caller, wanted);
  const { key, secret } = await services.keys.create(wanted);
  await audited(services.audit, request, {
    projectId,
    action: 'key.create',
    object: key.id,
    detail: { name, role, scopes: wanted.scopes, expires_at: isoOrNull(expiresAt) },
  });
  const { id, ...rest } = shown(key);
  return { id, key: secret, ...rest };
}

async function change(request: WeirRequest, services: KeyRouteServices): Promise<KeyObject> {
  const key = findKey(request, services);
  const { name, expires_at, ...changes } = readBody(request, keyChangeSchema);
  checkBudget(changes.budget, services.isModel);
  const expiresAt = futureInstant(expires_at, services.clock.now());
  const scopes = withChanges(key.scopes, changes);
  const after = { role: key.role, scopes, expiresAt: expiresAt === undefined ? key.expiresAt : expiresAt };
  refuseMoreThanOwn(keyOf(request), after);
  const updated = await services.keys.update(key.id, {
    ...(name === undefined ? {} : { name }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    scopes,
  });
  await audited(services.audit, request, {
    projectId: key.projectId,
    action: 'key.change',
    object: key.id,
    detail: compact({ name, expires_at, ...changes }),
  });
  return shown(updated);
}

async function revoke(request: WeirRequest, services: KeyRouteServices): Promise<KeyObject> {
  const key = findKey(request, services);
  if (key.id === ADMIN_KEY_ID) {
    throw new WeirError('conflict', {
      message: 'The admin key is not revoked here. Set WEIR_ADMIN_KEY to another one and start again.',
    });
  }
  refuseMoreThanOwn({ ...keyOf(request), scopes: {}, expiresAt: null }, key);
  const revoked = key.revokedAt === null ? await services.keys.revoke(key.id) : key;
  await audited(services.audit, request, {
    projectId: key.projectId,
    action: 'key.revoke',
    object: key.id,
    detail: { name: key.name },
  });
  return shown(revoked);
}

/** Keys of other projects are not there. */
function findKey(request: WeirRequest, services: KeyRouteServices): Key {
  const { id } = request.params as { id: string };
  const key = services.keys.get(id, ownProject(keyOf(request)));
  if (key === undefined) throw new WeirError('resource.not_found');
  return key;
}

function withChanges(scopes: KeyScopes, changes: { readonly [K in keyof KeyScopes]?: unknown }): KeyScopes {
  const merged: Record<string, unknown> = { ...scopes };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete merged[name];
    else if (value !== undefined) merged[name] = value;
  }
  return merged as KeyScopes;
}

function shown(key: Key): KeyObject {
  return {
    id: key.id,
    name: key.name,
    project_id: key.projectId,
    role: key.role,
    last4: key.last4,
    ...(key.scopes as Partial<KeyObject>),
    created_at: iso(key.createdAt),
    expires_at: isoOrNull(key.expiresAt),
    revoked_at: isoOrNull(key.revokedAt),
  };
}
