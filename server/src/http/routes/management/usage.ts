import { isUtf8 } from 'node:buffer';
import {
  costSchema,
  listSchema,
  reconciliationSchema,
  telemetrySchema,
  usageRecordSchema,
  usageReportSchema,
} from '@weir/contract';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Reports } from '../../../features/reports/reports.ts';
import { invalidRequest, WeirError } from '../../../kernel/errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { GroupBy, Page, RecordQuery } from '../../../ports/ledger.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../route.ts';
import { readQuery } from '../../server.ts';
import { openPeriodOf, periodOf, periodQuery } from './instants.ts';
import { type ListReply, pageQuery } from './paging.ts';
import { type KnownProjects, readScope } from './project-scope.ts';

export interface UsageRouteServices {
  readonly reports: Reports;
  readonly projects: KnownProjects;
  readonly clock: Clock;
  /** usage.reports of the configuration: false hides all of it. */
  readonly isEnabled: () => boolean;
}

const GROUPS = ['agent', 'model', 'provider', 'user', 'key', 'hour', 'day', 'tag', 'cache'] as const;

const scopeQuery = {
  project_id: z.string().min(1).optional().describe('Absent: all projects for admins, otherwise the own one'),
  user_id: z.string().min(1).optional().describe('Only calls of this end user'),
};
const reportQuery = z.strictObject({
  ...scopeQuery,
  ...periodQuery,
  group_by: z
    .string()
    .optional()
    .describe(`Comma-separated: ${GROUPS.join(', ')}`),
  format: z.enum(['json', 'csv']).default('json'),
});
const recordQuery = z.strictObject({
  ...scopeQuery,
  ...periodQuery,
  ...pageQuery,
  run_id: z.string().min(1).optional().describe('Only calls that this workflow run made'),
  request_id: z.string().min(1).optional().describe('Only this call'),
  key_id: z.string().min(1).optional().describe('Only calls with this key'),
  model: z.string().min(1).optional().describe('Only calls that this model answered; its name without the provider'),
  success: z.enum(['true', 'false']).optional().describe('false: only calls that failed or were refused'),
  findings: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: only calls in which a guardrail found something'),
});
const reconcileQuery = z.strictObject({
  ...periodQuery,
  project_id: scopeQuery.project_id,
  provider: z.string().min(1).optional().describe('Whose export it is, where its rows do not say'),
});
/** For the reference page: the export is read as it comes, JSON or CSV. */
const exportBody = z.union([
  z.array(z.looseObject({ provider: z.string(), model: z.string() })),
  z.looseObject({ data: z.array(z.unknown()) }),
  z.string(),
]);

export function usageRoutes(services: UsageRouteServices): RouteSpec[] {
  const list = (path: string, of: { summary: string; item: z.ZodType; read: Read }): RouteSpec => ({
    method: 'GET',
    path,
    permission: 'view-own',
    errors: 'weir',
    tag: 'Usage',
    summary: of.summary,
    query: recordQuery,
    reply: listSchema(of.item),
    handle: (request) => records(request, services, of.read),
  });
  const { reports } = services;
  return [
    {
      method: 'GET',
      path: '/api/v1/usage/report',
      permission: 'view-own',
      errors: 'weir',
      tag: 'Usage',
      summary: 'Costs, tokens and calls of a period, by agent, model and what group_by names; JSON or CSV',
      query: reportQuery,
      reply: usageReportSchema,
      handle: (request, reply) => report(request, reply, services),
    },
    list('/api/v1/usage/records', {
      summary: 'Calls with their attempts, newest first',
      item: usageRecordSchema,
      read: reports.records,
    }),
    list('/api/v1/telemetry', {
      summary: 'Calls as telemetry records: duration, tokens, status',
      item: telemetrySchema,
      read: reports.telemetry,
    }),
    list('/api/v1/costs', { summary: 'What each call cost', item: costSchema, read: reports.costs }),
    {
      method: 'POST',
      path: '/api/v1/usage/reconcile',
      permission: 'operate',
      errors: 'weir',
      tag: 'Usage',
      summary: "Compare the ledger with a provider's usage export, model by model",
      query: reconcileQuery,
      body: exportBody,
      reply: reconciliationSchema,
      handle: (request) => reconcile(request, services),
    },
  ];
}

type Read = (query: RecordQuery) => Promise<Page<unknown>>;

async function records(request: WeirRequest, services: UsageRouteServices, read: Read): Promise<ListReply<unknown>> {
  const query = readQuery(request, recordQuery);
  const cursor = query.cursor === undefined ? {} : { cursor: query.cursor };
  const page = await read({
    ...(query.key_id === undefined ? {} : { keyId: query.key_id }),
    // What the caller may see comes last, so that nothing asked for widens it.
    ...visible(request, query, services),
    ...openPeriodOf(query),
    limit: query.limit,
    ...(query.run_id === undefined ? {} : { runId: query.run_id }),
    ...(query.request_id === undefined ? {} : { requestId: query.request_id }),
    ...(query.model === undefined ? {} : { model: query.model }),
    ...(query.success === undefined ? {} : { succeeded: query.success === 'true' }),
    ...(query.findings === 'true' ? { found: true } : {}),
    ...cursor,
  });
  return { data: page.data, next_cursor: page.nextCursor };
}

async function report(request: WeirRequest, reply: FastifyReply, services: UsageRouteServices): Promise<unknown> {
  const query = readQuery(request, reportQuery);
  const groupBy = groupsOf(query.group_by);
  const period = periodOf(query, services.clock.now());
  const result = await services.reports.usage({ ...visible(request, query, services), ...period, groupBy });
  if (query.format === 'json') return result;
  reply
    .header('x-request-id', request.weirId)
    .header('content-disposition', 'attachment; filename="usage.csv"')
    .type('text/csv; charset=utf-8')
    .send(services.reports.csv(result, groupBy));
  return undefined;
}

async function reconcile(request: WeirRequest, services: UsageRouteServices): Promise<unknown> {
  const query = readQuery(request, reconcileQuery);
  const { projectId } = visible(request, query, services);
  const body = request.body;
  if (!(body instanceof Buffer) || body.length === 0) {
    throw invalidRequest('body', 'is empty; a usage export as JSON or CSV is expected.');
  }
  if (!isUtf8(body)) throw invalidRequest('body', 'is not valid UTF-8.');
  const period = periodOf(query, services.clock.now());
  return services.reports.reconcile(body.toString(), { projectId, provider: query.provider, period });
}

/** Whose calls the caller may see: inference keys their own, others their project's, admins all. */
export function visible(
  request: WeirRequest,
  query: { project_id?: string | undefined; user_id?: string | undefined },
  services: Pick<UsageRouteServices, 'projects' | 'isEnabled'>,
): { projectId?: string; keyId?: string; userId?: string } {
  if (!services.isEnabled()) {
    throw new WeirError('resource.not_found', {
      message: 'Reports are switched off by usage.reports (LLM_ENABLE_USAGE_TRACKING).',
    });
  }
  const key = keyOf(request);
  const projectId = readScope(key, query.project_id, services.projects);
  return {
    ...(projectId === undefined ? {} : { projectId }),
    ...(key.role === 'inference' ? { keyId: key.id } : {}),
    ...(query.user_id === undefined ? {} : { userId: query.user_id }),
  };
}

function groupsOf(text: string | undefined): GroupBy[] {
  const names = (text ?? '').split(',').filter((name) => name.trim() !== '');
  const groups = names.map((name) => {
    const group = GROUPS.find((known) => known === name.trim());
    if (group === undefined)
      throw invalidRequest('group_by', `knows ${GROUPS.join(', ')}, not "${name.slice(0, 64)}".`);
    return group;
  });
  return [...new Set(groups)];
}
