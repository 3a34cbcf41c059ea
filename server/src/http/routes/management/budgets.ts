import { type BudgetObject, budgetObjectSchema, budgetWriteSchema, listSchema } from '@weir/contract';
import { z } from 'zod';
import type { AuditLog } from '../../../features/audit/audit-log.ts';
import type { BudgetPlace, BudgetStore } from '../../../features/budgets/budget-store.ts';
import type { BudgetView } from '../../../features/budgets/budget-views.ts';
import { BUDGET_PERIODS, BUDGET_SCOPES, type BudgetScopeName, termsFromUsd } from '../../../kernel/budget.ts';
import { WeirError } from '../../../kernel/errors.ts';
import { usdFromNano } from '../../../kernel/money.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../route.ts';
import { readBody, readQuery } from '../../server.ts';
import { audited } from './audited.ts';
import { checkBudget } from './budget-rules.ts';
import { iso } from './instants.ts';
import { pageOf, pageQuery } from './paging.ts';
import { type KnownProjects, readScope, writeProject } from './project-scope.ts';

export interface BudgetRouteServices {
  readonly budgets: Pick<BudgetStore, 'put' | 'delete' | 'get'>;
  /** Every budget that there is for a project (undefined: for all), with what is spent; `id` shows a budget of each for one. */
  readonly views: (of: { projectId: string | undefined; id: string | undefined }) => Promise<readonly BudgetView[]>;
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly isModel: (name: string) => boolean;
}

const place = {
  project_id: z.string().min(1).optional(),
  scope: z.enum(BUDGET_SCOPES),
  id: z.string().min(1).max(256),
};
const listQuery = z.strictObject({ ...pageQuery, ...z.object(place).partial().shape });
const deleteQuery = z.strictObject({ ...place, period: z.enum(BUDGET_PERIODS) });

export function budgetRoutes(services: BudgetRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Limits', path: '/api/v1/budgets' } as const;
  return [
    {
      ...common,
      method: 'GET',
      permission: 'view',
      summary: 'Budgets: what is spent, reserved and left, alerts, and the last refusal of each',
      query: listQuery,
      reply: listSchema(budgetObjectSchema),
      handle: (request) => list(request, services),
    },
    {
      ...common,
      method: 'PUT',
      permission: 'operate',
      summary: 'Make a budget or replace its terms; what was spent stays',
      body: budgetWriteSchema,
      reply: budgetObjectSchema,
      handle: (request) => put(request, services),
    },
    {
      ...common,
      method: 'DELETE',
      permission: 'operate',
      summary: 'Remove a budget',
      query: deleteQuery,
      reply: z.object({ deleted: z.literal(true) }),
      handle: (request) => remove(request, services),
    },
  ];
}

async function list(request: WeirRequest, services: BudgetRouteServices) {
  const query = readQuery(request, listQuery);
  const projectId = readScope(keyOf(request), query.project_id, services.projects);
  const views = await services.views({ projectId, id: query.id });
  const wanted = views.filter(
    ({ budget }) =>
      (query.scope === undefined || budget.scope === query.scope) && (query.id === undefined || budget.id === query.id),
  );
  const { data, next_cursor } = pageOf(
    wanted.map((view) => ({ id: cursorOf(view), view })),
    query,
  );
  return { data: data.map(({ view }) => shown(view)), next_cursor };
}

async function put(request: WeirRequest, services: BudgetRouteServices): Promise<BudgetObject> {
  const { scope, id, project_id, ...terms } = readBody(request, budgetWriteSchema);
  checkBudget(terms, services.isModel);
  const projectId = projectOf(request, { scope, id, project_id }, services);
  const budget = await services.budgets.put({ ...termsFromUsd(terms), projectId, scope, id });
  await audited(services.audit, request, {
    projectId,
    action: 'budget.put',
    object: `${scope}:${id}`,
    detail: { ...terms },
  });
  const views = await services.views({ projectId, id: undefined });
  const view = views.find(
    ({ budget: other }) =>
      other.scope === scope && other.id === id && other.period === budget.period && other.source === 'api',
  );
  if (view === undefined) throw new WeirError('resource.not_found');
  return shown(view);
}

async function remove(request: WeirRequest, services: BudgetRouteServices): Promise<{ deleted: true }> {
  const { scope, id, period, project_id } = readQuery(request, deleteQuery);
  const projectId = projectOf(request, { scope, id, project_id }, services);
  const at: BudgetPlace = { projectId, scope, id, period };
  if ((await services.budgets.delete(at)) === undefined) throw new WeirError('resource.not_found');
  await audited(services.audit, request, {
    projectId,
    action: 'budget.delete',
    object: `${scope}:${id}`,
    detail: { period },
  });
  return { deleted: true };
}

/** A project's budget belongs to that project. */
function projectOf(
  request: WeirRequest,
  of: { scope: BudgetScopeName; id: string; project_id: string | undefined },
  { projects }: BudgetRouteServices,
): string {
  const asked = of.scope === 'project' && of.id !== '*' ? of.id : of.project_id;
  return writeProject(keyOf(request), asked, projects);
}

function cursorOf({ budget }: BudgetView): string {
  const { projectId, scope, id, period, source } = budget;
  return Buffer.from(JSON.stringify([projectId, scope, id, period, source === 'key'])).toString('base64url');
}

function shown({ budget, use, startsAt, endsAt, alertsFired, lastRefusal }: BudgetView): BudgetObject {
  const { limitNano } = budget;
  return {
    project_id: budget.projectId,
    scope: budget.scope,
    id: budget.id,
    usd: usdFromNano(limitNano),
    period: budget.period,
    on_exceed: budget.onExceed,
    ...(budget.degradeTo === undefined ? {} : { degrade_to: budget.degradeTo }),
    alert_at: [...budget.alertAt],
    ...(budget.approveAboveNano === undefined ? {} : { approve_above_usd: usdFromNano(budget.approveAboveNano) }),
    shadow: budget.shadow,
    source: budget.source,
    settled_usd: use === undefined ? null : usdFromNano(use.settledNano),
    reserved_usd: use === undefined ? null : usdFromNano(use.reservedNano),
    remaining_usd: use === undefined ? null : usdFromNano(Math.max(0, limitNano - use.settledNano - use.reservedNano)),
    period_starts_at: startsAt === undefined ? null : iso(startsAt),
    resets_at: endsAt === undefined || !Number.isFinite(endsAt) ? null : iso(endsAt),
    alerts_fired: [...alertsFired],
    last_refusal:
      lastRefusal === undefined
        ? null
        : {
            at: iso(lastRefusal.atMs),
            settled_usd: usdFromNano(lastRefusal.settledNano),
            reserved_usd: usdFromNano(lastRefusal.reservedNano),
            wanted_usd: usdFromNano(lastRefusal.wantedNano),
            shadow: lastRefusal.shadow,
            count: lastRefusal.count,
          },
  };
}
