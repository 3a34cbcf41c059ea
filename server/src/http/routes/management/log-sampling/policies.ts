import {
  activatedPolicySchema,
  activatePolicySchema,
  activePolicySchema,
  type DryRunObject,
  listSchema,
  policyVersionSchema,
} from '@weir/contract';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AuditLog } from '../../../../features/audit/audit-log.ts';
import type { LogSampling } from '../../../../features/log-sampling/log-sampling.ts';
import type { DryRun } from '../../../../features/log-sampling/policies/dry-run.ts';
import type { ListedVersion, LogPolicies } from '../../../../features/log-sampling/policies/log-policies.ts';
import { WeirError } from '../../../../kernel/errors.ts';
import { SECOND_MS } from '../../../../kernel/time.ts';
import type { Clock } from '../../../../ports/clock.ts';
import type { LogServiceRow } from '../../../../ports/storage.ts';
import type { RouteSpec, WeirRequest } from '../../../route.ts';
import { readBody, readQuery } from '../../../server.ts';
import { audited } from '../audited.ts';
import { iso } from '../instants.ts';
import { type KnownProjects, projectOf } from '../project-scope.ts';
import { serviceOf } from './service-scope.ts';

export interface LogPolicyRouteServices {
  readonly policies: Pick<
    LogPolicies,
    | 'service'
    | 'inForce'
    | 'etag'
    | 'changed'
    | 'history'
    | 'activate'
    | 'rollback'
    | 'versionSummary'
    | 'activeVersion'
  >;
  readonly sampling: Pick<LogSampling, 'dryRun'>;
  readonly projects: KnownProjects;
  readonly clock: Clock;
  readonly audit: Pick<AuditLog, 'record'>;
}

const MOST_WAIT_SECONDS = 60;
const MOST_DRY_RUN_PATTERNS = 500;

/** LipService's clients name their team here; the tenant is the key's project. */
const scopeQuery = z.object({ project_id: z.string().optional(), team_id: z.string().optional() });
const fetchQuery = scopeQuery.extend({
  wait: z.coerce
    .number()
    .min(0)
    .max(MOST_WAIT_SECONDS)
    .default(0)
    .describe('With if-none-match: seconds to wait for a change before 304'),
});
const noFields = z.strictObject({});
const historyQuery = scopeQuery.extend({
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('Items per page'),
  cursor: z.coerce.number().int().positive().optional().describe('next_cursor of the page before'),
});

/** Policies of services: what samplers fetch, and which version is in force. */
export function logPolicyRoutes(services: LogPolicyRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Log sampling' } as const;
  return [
    {
      ...common,
      method: 'GET',
      path: '/api/v1/policies/:service',
      permission: 'view-own',
      summary: 'The policy in force with its boosts; ETag, and a long poll with if-none-match and wait',
      query: fetchQuery,
      reply: activePolicySchema,
      handle: (request, reply) => fetchPolicy(request, { reply, services }),
    },
    {
      ...common,
      method: 'GET',
      path: '/api/v1/policies/:service/history',
      permission: 'view',
      summary: 'Every version of a policy, newest first',
      query: historyQuery,
      reply: listSchema(policyVersionSchema),
      async handle(request) {
        const { limit, cursor } = readQuery(request, historyQuery);
        const service = await serviceOf(request, services);
        const versions = await services.policies.history(service, { limit, before: cursor });
        const last = versions.at(-1)?.version ?? 1;
        return { data: versions.map(shown), next_cursor: versions.length < limit || last === 1 ? null : String(last) };
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/api/v1/policies/:service/activate',
      permission: 'operate',
      summary: 'Put a version in force, after a dry run on the last window; or only the dry run',
      body: activatePolicySchema,
      query: scopeQuery,
      reply: activatedPolicySchema,
      handle: (request) => activate(request, services),
    },
    {
      ...common,
      method: 'POST',
      path: '/api/v1/policies/:service/rollback',
      permission: 'operate',
      summary: 'Back to the version that was in force before',
      body: noFields,
      query: scopeQuery,
      reply: activatedPolicySchema,
      handle: (request) => rollback(request, services),
    },
  ];
}

async function fetchPolicy(
  request: WeirRequest,
  of: { reply: FastifyReply; services: LogPolicyRouteServices },
): Promise<unknown> {
  const { reply, services } = of;
  const { wait } = readQuery(request, fetchQuery);
  const known = request.headers['if-none-match'];
  const service = await freshService(request, { known, waitMs: wait * SECOND_MS, reply, services });
  const etag = services.policies.etag(service);
  reply.header('etag', etag).header('cache-control', 'no-cache');
  if (etag === known) {
    reply.code(304).send();
    return undefined;
  }
  const policy = await services.policies.inForce(service);
  if (policy === undefined) {
    throw new WeirError('resource.not_found', {
      message: `No policy of "${service.name}" is in force: keep everything.`,
    });
  }
  return { ...policy, version: policy.policy_version, llm_model: policy.model };
}

/** The service as it stands, or, when the client knows that already, as it stands after a change or the wait. */
async function freshService(
  request: WeirRequest,
  of: { known: string | undefined; waitMs: number; reply: FastifyReply; services: LogPolicyRouteServices },
): Promise<LogServiceRow> {
  const { services } = of;
  const { policies, clock, projects } = services;
  const { service: name } = request.params as { service: string };
  const projectId = projectOf(request, projects);
  const left = new AbortController();
  of.reply.raw.on('close', () => left.abort());
  const endsAt = clock.now() + of.waitMs;
  for (;;) {
    const service = await policies.service(projectId, name);
    const waitMs = endsAt - clock.now();
    if (of.known === undefined || waitMs <= 0 || policies.etag(service) !== of.known) return service;
    const changed = policies.changed(service.id, waitMs, left.signal);
    // What changed between the first look and now would be waited for in vain.
    const again = await policies.service(projectId, name);
    if (policies.etag(again) !== of.known) return again;
    if (!(await changed)) return again;
  }
}

async function activate(request: WeirRequest, services: LogPolicyRouteServices) {
  const service = await serviceOf(request, services);
  const { version, dry_run } = readBody(request, activatePolicySchema);
  const before = services.policies.activeVersion(service) ?? null;
  const tried = await services.sampling.dryRun(service, version);
  if (dry_run) return activated(service, { version: before, tried });
  await services.policies.activate(service, version);
  await note(request, services, { service, action: 'log_policy.activate', before, version });
  return activated(service, { version, tried });
}

async function rollback(request: WeirRequest, services: LogPolicyRouteServices) {
  const service = await serviceOf(request, services);
  readBody(request, noFields);
  const before = services.policies.activeVersion(service) ?? null;
  const version = await services.policies.rollback(service);
  await note(request, services, { service, action: 'log_policy.rollback', before, version });
  return activated(service, { version, tried: undefined });
}

function note(
  request: WeirRequest,
  { audit }: LogPolicyRouteServices,
  of: { service: LogServiceRow; action: string; before: number | null; version: number },
): Promise<void> {
  const { service, action, before, version } = of;
  const detail = { version, before };
  return audited(audit, request, { projectId: service.project_id, action, object: service.name, detail });
}

function activated(service: LogServiceRow, of: { version: number | null; tried: DryRun | undefined }) {
  const dry_run = of.tried === undefined ? null : shownDryRun(of.tried);
  return { service_name: service.name, policy_version: of.version, dry_run };
}

function shownDryRun(tried: DryRun): DryRunObject {
  return {
    ...{ lines: tried.lines, bytes: tried.bytes, count_error: tried.countError, problems: [...tried.problems] },
    kept_bytes_before: Math.round(tried.keptBytesBefore),
    kept_bytes_after: Math.round(tried.keptBytesAfter),
    patterns: tried.patterns.slice(0, MOST_DRY_RUN_PATTERNS).map((one) => ({
      ...{ pattern_id: one.pattern, lines: one.lines, bytes: one.bytes },
      ...{ kept_before: one.keptBefore, kept_after: one.keptAfter, bytes_after: one.bytesAfter },
      ...{ count_error: one.countError, loss_chance: one.lossChance },
    })),
  };
}

function shown(version: ListedVersion) {
  return { ...version, created_at: iso(version.created_at) };
}
