import type { Budget } from '../../../kernel/budget.ts';
import { countsOf } from '../../../kernel/counts-of.ts';
import { INTERNAL_APIS } from '../../../kernel/internal-apis.ts';
import { asNumber, asObject, parseJson } from '../../../kernel/json.ts';
import { NANO_PER_USD } from '../../../kernel/money.ts';
import type { UsageRecord } from '../../../kernel/usage-record.ts';
import type { Allowance, BudgetInForce, CountedUnit } from '../../../ports/budgets.ts';
import type { RunRow } from '../../../ports/workflow-store.ts';
import type { FlowBudget } from '../flow.ts';
import { type Bound, boundOfRun, isWithin } from './bounds.ts';
import type { Context, EngineServices, Frame } from './context.ts';

const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** What bounds the calls of one step: its own budget, those of the steps around it, of the run, and of the runs above. */
export interface StepBounds {
  readonly budgets: readonly BudgetInForce[];
  readonly allowances: readonly Allowance[];
}

/** The budget a run has: what it was started with, or was raised to, in the place of the definition's. */
export function budgetOfRun(row: Pick<RunRow, 'budget'>, defined: FlowBudget | undefined): FlowBudget | undefined {
  const given = row.budget === null ? undefined : asObject(parseJson(row.budget));
  if (given === undefined) return defined;
  const usd = asNumber(given.usd);
  return {
    usdNano: usd === undefined ? defined?.usdNano : Math.round(usd * NANO_PER_USD),
    tokens: asNumber(given.tokens) ?? defined?.tokens,
    calls: asNumber(given.calls) ?? defined?.calls,
    onExceed: defined?.onExceed ?? 'stop',
    degradeTo: defined?.degradeTo,
    approveAboveNano: defined?.approveAboveNano,
  };
}

/** `isApproved`: nobody is asked again about a dear call that was approved. */
export function boundsOf(context: Context, frame: Frame, { isApproved }: { isApproved: boolean }): StepBounds {
  const { run, services, above } = context;
  const own = budgetOfRun({ budget: run.budget }, run.flow.budget);
  const all = [...(own === undefined ? [] : [boundOfRun(run.row.id, own)]), ...frame.around.toReversed(), ...above];
  const of = { services, projectId: run.row.project_id, isApproved };
  return {
    budgets: all.map((bound) => inForce(bound, of)).filter((budget) => budget !== undefined),
    allowances: all.flatMap((bound) =>
      (['calls', 'tokens'] as const)
        .map((unit) => allowance(bound, { ...of, unit }))
        .filter((one) => one !== undefined),
    ),
  };
}

interface Whose {
  readonly services: EngineServices;
  readonly projectId: string;
  readonly isApproved: boolean;
}

function inForce(bound: Bound, of: Whose): BudgetInForce | undefined {
  const { usdNano } = bound.budget;
  const approveAboveNano = of.isApproved ? undefined : bound.budget.approveAboveNano;
  if (usdNano === undefined && approveAboveNano === undefined) return undefined;
  const limitNano = usdNano ?? UNLIMITED;
  return counted(bound, { ...of, approveAboveNano, limitNano, unit: '', count: ({ cost_nano_usd }) => cost_nano_usd });
}

function allowance(bound: Bound, of: Whose & { unit: CountedUnit }): Allowance | undefined {
  const { unit } = of;
  const limitNano = bound.budget[unit];
  if (limitNano === undefined) return undefined;
  const count = (record: UsageRecord) => (INTERNAL_APIS.includes(record.wire) ? 0 : countsOf(record)[unit]);
  return { unit, what: bound.what, ...counted(bound, { ...of, approveAboveNano: undefined, limitNano, count }) };
}

function counted(
  bound: Bound,
  of: Whose & {
    limitNano: number;
    approveAboveNano: number | undefined;
    /** '' is money. */
    unit: CountedUnit | '';
    count: (record: UsageRecord) => number;
  },
): BudgetInForce {
  const { scope, runId, path } = bound;
  const { onExceed, degradeTo } = bound.budget;
  const { projectId, limitNano, approveAboveNano, unit, services, count } = of;
  const id = path === undefined ? runId : `${runId}/${path}`;
  const terms: Budget = {
    ...{ projectId, scope, id, limitNano, onExceed, degradeTo, approveAboveNano, period: 'total' },
    ...{ alertAt: [], shadow: false, source: 'api' },
  };
  const counter = `${scope}:${id}:total:0${unit === '' ? '' : `:${unit}`}`;
  const name = `${projectId}:${counter}`;
  return {
    budget: terms,
    startsAt: 0,
    period: { projectId, counter, name, limitNano, endsAt: Number.POSITIVE_INFINITY, shadow: false },
    spent: async () => {
      const records = await recordsWithin(services, { projectId, runId, path });
      return records.reduce((sum, record) => sum + count(record), 0);
    },
  };
}

/** What the ledger has of a run, or of one step of it, with the sub-runs that it started. */
async function recordsWithin(
  services: EngineServices,
  of: { projectId: string; runId: string; path: string | undefined },
): Promise<UsageRecord[]> {
  const { projectId, runId, path } = of;
  const { runs } = services.store;
  const below = await runs.descendants(runId);
  const counting = new Set([runId]);
  if (path === undefined) for (const id of below) counting.add(id);
  else {
    const rows = await Promise.all(below.map((id) => runs.get(projectId, id)));
    const isCounted = (row: RunRow) =>
      row.parent_run_id === runId ? isWithin(row.parent_path ?? '', path) : counting.has(row.parent_run_id ?? '');
    // Those above come first in no order that is promised.
    for (let before = 0; before < counting.size; ) {
      before = counting.size;
      for (const row of rows) if (row !== undefined && isCounted(row)) counting.add(row.id);
    }
  }
  const records = await services.recordsOfRuns([...counting], 0);
  return records.filter(({ run_id, step }) => run_id !== runId || isWithin(step ?? '', path));
}
