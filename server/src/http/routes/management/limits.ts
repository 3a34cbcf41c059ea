import {
  type LimitUseObject,
  limitUseSchema,
  listSchema,
  type UserObject,
  userObjectSchema,
  userWriteSchema,
} from '@weir/contract';
import { z } from 'zod';
import type { Key, KeyStore } from '../../../features/access/key-store.ts';
import type { AuditLog } from '../../../features/audit/audit-log.ts';
import type { LimitView } from '../../../features/limits/limit-views.ts';
import type { UserSettings, UserStore } from '../../../features/limits/user-store.ts';
import { invalidRequest, WeirError } from '../../../kernel/errors.ts';
import { compact } from '../../../kernel/json.ts';
import { isDayLimit, type Limits } from '../../../kernel/limits.ts';
import { nextUtcMidnight } from '../../../kernel/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../route.ts';
import { readBody, readQuery } from '../../server.ts';
import { audited } from './audited.ts';
import { iso } from './instants.ts';
import { pageOf, pageQuery } from './paging.ts';
import { type KnownProjects, ownProject, writeProject } from './project-scope.ts';

export interface LimitRouteServices {
  /** Every limit that applies to a key's calls for a user and a model. */
  readonly views: (of: {
    projectId: string;
    keyId: string;
    keyLimits: Limits | undefined;
    userId: string | undefined;
    model: string | undefined;
  }) => Promise<readonly LimitView[]>;
  readonly keys: Pick<KeyStore, 'get'>;
  readonly users: Pick<UserStore, 'get' | 'put'>;
  readonly tiers: () => readonly string[];
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly clock: Clock;
}

const limitsQuery = z.strictObject({
  ...pageQuery,
  key_id: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe("Another key of the caller's project; absent: the caller's own"),
  user_id: z.string().min(1).max(256).optional().describe('Whose limits; absent: those of calls without a user'),
  model: z.string().min(1).max(256).optional().describe('Adds the limits of a model'),
});

export function limitRoutes(services: LimitRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Limits' } as const;
  return [
    {
      ...common,
      method: 'GET',
      path: '/api/v1/limits',
      permission: 'view-own',
      summary: "Limit, rest and reset of every limit that applies to the caller's key, or to one of its project",
      query: limitsQuery,
      reply: listSchema(limitUseSchema),
      handle: (request) => list(request, services),
    },
    {
      ...common,
      method: 'PUT',
      path: '/api/v1/users/:id',
      permission: 'operate',
      summary: "Set an end user's tier and limits",
      body: userWriteSchema,
      reply: userObjectSchema,
      handle: (request) => put(request, services),
    },
  ];
}

async function list(request: WeirRequest, services: LimitRouteServices) {
  const query = readQuery(request, limitsQuery);
  const key = askedKey(keyOf(request), query.key_id, services);
  const views = await services.views({
    projectId: key.projectId,
    keyId: key.id,
    keyLimits: key.scopes.limits,
    userId: query.user_id,
    model: query.model,
  });
  const nowMs = services.clock.now();
  const items = views.map((view) => ({ id: `${view.counter}:${view.name}`, shown: shown(view, nowMs) }));
  const { data, next_cursor } = pageOf(items, query);
  return { data: data.map((item) => item.shown), next_cursor };
}

/** Keys that only call see themselves; another project's id answers like one that does not exist. */
function askedKey(caller: Key, id: string | undefined, { keys }: LimitRouteServices): Key {
  if (id === undefined || id === caller.id) return caller;
  const key = caller.role === 'inference' ? undefined : keys.get(id, ownProject(caller));
  if (key === undefined)
    throw new WeirError('resource.not_found', { param: 'key_id', message: 'key_id: there is no such key.' });
  return key;
}

async function put(request: WeirRequest, services: LimitRouteServices): Promise<UserObject> {
  const { id } = request.params as { id: string };
  if (id.length > 256) throw invalidRequest('id', 'may have at most 256 characters.');
  const body = readBody(request, userWriteSchema);
  const projectId = writeProject(keyOf(request), body.project_id, services.projects);
  const tiers = services.tiers();
  if (body.tier !== undefined && body.tier !== null && !tiers.includes(body.tier)) {
    const known = tiers.length === 0 ? 'limits.tiers names none' : `use one of: ${tiers.join(', ')}`;
    throw invalidRequest('tier', `there is no tier "${body.tier}" in the configuration; ${known}.`);
  }
  const before = services.users.get(projectId, id);
  const settings: UserSettings = {
    projectId,
    id,
    tier: body.tier === undefined ? (before?.tier ?? null) : body.tier,
    limits: body.limits === undefined ? (before?.limits ?? {}) : compact(body.limits ?? {}),
  };
  await services.users.put(settings);
  await audited(services.audit, request, {
    projectId,
    action: 'user.put',
    object: id,
    detail: { tier: settings.tier, limits: settings.limits },
  });
  return { id, project_id: projectId, tier: settings.tier, limits: settings.limits };
}

function shown(view: LimitView, nowMs: number): LimitUseObject {
  return {
    scope: view.scope,
    id: view.id,
    name: view.name,
    api: view.api,
    limit: view.limit,
    used: view.used,
    remaining: view.remaining,
    reset_at: resetAt(view, nowMs),
    shadow: view.shadow,
  };
}

/** Days end when they end, however long the look at the counters took. */
function resetAt({ name, resetMs }: LimitView, nowMs: number): string | null {
  if (isDayLimit(name)) return iso(nextUtcMidnight(nowMs));
  return resetMs === undefined ? null : iso(nowMs + resetMs);
}
