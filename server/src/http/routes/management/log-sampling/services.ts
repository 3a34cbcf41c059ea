import {
  fullFidelitySchema,
  type LogServiceObject,
  listSchema,
  logServiceSchema,
  newLogServiceSchema,
} from '@weir/contract';
import { z } from 'zod';
import type { AuditLog } from '../../../../features/audit/audit-log.ts';
import type { LogPolicies } from '../../../../features/log-sampling/policies/log-policies.ts';
import { invalidRequest, WeirError } from '../../../../kernel/errors.ts';
import { parseInstant } from '../../../../kernel/parse-instant.ts';
import { DAY_MS } from '../../../../kernel/time.ts';
import type { Clock } from '../../../../ports/clock.ts';
import type { LogServiceRow } from '../../../../ports/storage.ts';
import type { RouteSpec, WeirRequest } from '../../../route.ts';
import { readBody, readQuery } from '../../../server.ts';
import { audited } from '../audited.ts';
import { iso, isoOrNull } from '../instants.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { type KnownProjects, projectOf } from '../project-scope.ts';
import { serviceOf } from './service-scope.ts';

export interface LogServiceRouteServices {
  readonly policies: Pick<
    LogPolicies,
    'services' | 'service' | 'claim' | 'setFullFidelity' | 'activeVersion' | 'boosts'
  >;
  readonly projects: KnownProjects;
  readonly clock: Clock;
  readonly audit: Pick<AuditLog, 'record'>;
}

const scopeQuery = z.object({ project_id: z.string().optional(), team_id: z.coerce.number().int().optional() });
const listQuery = scopeQuery.extend(pageQuery);
const MOST_DAYS = 7;

/** Services whose logs are sampled. */
export function logServiceRoutes(services: LogServiceRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Log sampling' } as const;
  return [
    {
      ...common,
      method: 'POST',
      path: '/api/v1/services',
      permission: 'develop',
      summary: 'Register a service whose logs are sampled; one that is there is given back',
      body: newLogServiceSchema,
      query: scopeQuery,
      reply: logServiceSchema,
      status: 201,
      handle: (request) => register(request, services),
    },
    {
      ...common,
      method: 'GET',
      path: '/api/v1/services',
      permission: 'view',
      summary: 'Services whose logs are sampled',
      query: listQuery,
      reply: listSchema(logServiceSchema),
      async handle(request) {
        const query = readQuery(request, listQuery);
        const all = await services.policies.services(projectOf(request, services.projects));
        const rows = all.filter(({ team_id }) => query.team_id === undefined || team_id === query.team_id);
        const { data, next_cursor } = pageOf(
          rows.map((row) => ({ ...row, id: String(row.id), row })),
          query,
        );
        return { data: data.map(({ row }) => shown(row, services)), next_cursor };
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/api/v1/services/:id',
      permission: 'view',
      summary: 'One service, by its id or name',
      query: scopeQuery,
      reply: logServiceSchema,
      async handle(request) {
        const { id } = request.params as { id: string };
        const all = await services.policies.services(projectOf(request, services.projects));
        const row = all.find((one) => String(one.id) === id) ?? all.find(({ name }) => name === id);
        if (row === undefined) throw new WeirError('resource.not_found');
        return shown(row, services);
      },
    },
    {
      ...common,
      method: 'PUT',
      path: '/api/v1/services/:service/full-fidelity',
      permission: 'operate',
      summary: 'Keep every line of a service until a time; samplers know within seconds',
      body: fullFidelitySchema,
      query: scopeQuery,
      reply: logServiceSchema,
      handle: (request) => setFullFidelity(request, services),
    },
  ];
}

async function register(request: WeirRequest, services: LogServiceRouteServices): Promise<LogServiceObject> {
  const { name, team_id } = readBody(request, newLogServiceSchema);
  const projectId = projectOf(request, services.projects);
  const row = await services.policies.claim(projectId, { name, teamId: team_id ?? null });
  await audited(services.audit, request, { projectId, action: 'log_service.create', object: name, detail: {} });
  return shown(row, services);
}

async function setFullFidelity(request: WeirRequest, services: LogServiceRouteServices): Promise<LogServiceObject> {
  const row = await serviceOf(request, services);
  const { until } = readBody(request, fullFidelitySchema);
  const untilMs = until === null ? null : untilOf(until, services.clock.now());
  await services.policies.setFullFidelity(row, untilMs);
  await audited(services.audit, request, {
    ...{ projectId: row.project_id, action: 'log_service.full_fidelity', object: row.name },
    detail: { until: isoOrNull(untilMs) },
  });
  return shown({ ...row, full_fidelity_until: untilMs }, services);
}

function untilOf(until: string | number, nowMs: number): number {
  const at = parseInstant(until);
  if (at === undefined) throw invalidRequest('until', 'must be ISO 8601, or Unix seconds or milliseconds.');
  if (at <= nowMs) throw invalidRequest('until', 'must lie in the future; null ends it.');
  if (at > nowMs + MOST_DAYS * DAY_MS) throw invalidRequest('until', `must be at most ${MOST_DAYS} days ahead.`);
  return at;
}

function shown(row: LogServiceRow, { policies, clock }: LogServiceRouteServices): LogServiceObject {
  const version = policies.activeVersion(row);
  const running = policies.boosts(row).filter(({ expiresAt }) => expiresAt > clock.now());
  return {
    ...{ id: row.id, team_id: row.team_id, name: row.name, is_active: version !== undefined },
    policy_version: version ?? null,
    full_fidelity_until: isoOrNull(row.full_fidelity_until),
    boosts: running.map(({ pattern, reason, expiresAt }) => ({
      ...{ pattern_id: pattern, reason, expires_at: iso(expiresAt) },
    })),
    created_at: iso(row.created_at),
  };
}
