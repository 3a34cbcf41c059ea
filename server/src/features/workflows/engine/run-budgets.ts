import type { Budget } from '../../../kernel/budget.ts';
import { WeirError } from '../../../kernel/errors.ts';
import { asNumber, asObject, parseJson } from '../../../kernel/json.ts';
import { NANO_PER_USD } from '../../../kernel/money.ts';
import type { Allowance, BudgetInForce } from '../../../ports/budgets.ts';
import type { AttemptRow, RunRow } from '../../../ports/workflow-store.ts';
import type { FlowBudget, Step } from '../flow.ts';
import type { Context } from './context.ts';
import { addUse, type UseOfRun } from './use-of-run.ts';

const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** What bounds the calls of one step: its own budget, the run's, and those of the runs above. */
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

export interface BoundsOptions {
  /** Nobody is asked again about a dear call that was approved. */
  readonly isApproved: boolean;
  /** Flow budgets of the runs above, in the order of `context.ancestors`. */
  readonly above: readonly (FlowBudget | undefined)[];
  /** What calls and tokens the run has under way besides what its attempts say. */
  readonly use: UseOfRun;
}

export function boundsOf(context: Context, step: Step, of: { path: string } & BoundsOptions): StepBounds {
  const { run, ancestors } = context;
  const { path, isApproved, use } = of;
  const { row, state, flow } = run;
  const own = budgetOfRun({ budget: state.budget }, flow.budget);
  const spentBy = (runId: string, below?: string) => () => spentOf(context, runId, below);
  const budgets = [
    inForce(own, { scope: 'workflow', id: row.id, projectId: row.project_id, isApproved, spent: spentBy(row.id) }),
    inForce(step.budget, {
      scope: 'step',
      id: `${row.id}/${path}`,
      projectId: row.project_id,
      isApproved,
      spent: spentBy(row.id, path),
    }),
    ...ancestors.map((above, at) =>
      inForce(budgetOfRun(above, of.above[at]), {
        ...{ scope: 'workflow', id: above.id, projectId: above.project_id, isApproved },
        spent: spentBy(above.id),
      } as const),
    ),
  ].filter((budget) => budget !== undefined);
  const allowances = [
    allowance(own, { what: `The run's budget`, use: use.of(''), scope: 'workflow' }),
    allowance(step.budget, { what: `The budget of step "${step.name}"`, use: use.of(path), scope: 'step' }),
  ].filter((each) => each !== undefined);
  return { budgets, allowances };
}

function inForce(
  budget: FlowBudget | undefined,
  of: { scope: 'workflow' | 'step'; id: string; projectId: string; isApproved: boolean; spent: () => Promise<number> },
): BudgetInForce | undefined {
  if (budget === undefined) return undefined;
  const { usdNano, onExceed, degradeTo } = budget;
  const approveAboveNano = of.isApproved ? undefined : budget.approveAboveNano;
  if (usdNano === undefined && approveAboveNano === undefined) return undefined;
  const limitNano = usdNano ?? UNLIMITED;
  const { projectId, scope, id } = of;
  const terms: Budget = {
    ...{ projectId, scope, id, limitNano, onExceed, degradeTo, approveAboveNano, period: 'total' },
    ...{ alertAt: [], shadow: false, source: 'api' },
  };
  const counter = `${scope}:${id}:total:0`;
  return {
    budget: terms,
    startsAt: 0,
    period: {
      projectId,
      counter,
      name: `${projectId}:${counter}`,
      limitNano,
      endsAt: Number.POSITIVE_INFINITY,
      shadow: false,
    },
    spent: of.spent,
  };
}

/** What the ledger has of a run with its sub-runs, or of one step of it. */
async function spentOf({ run, services }: Context, runId: string, path?: string): Promise<number> {
  const { runs } = services.store;
  const projectId = run.row.project_id;
  const stored = await runs.attempts({ projectId, runIds: [runId, ...(await runs.descendants(runId))] });
  const mine = run.allAttempts();
  const isOfStep = (row: AttemptRow) => path === undefined || (row.run_id === runId && row.path === path);
  const ids = new Set(
    [...stored, ...mine.filter((row) => row.run_id === runId)].filter(isOfStep).map(({ request_id }) => request_id),
  );
  ids.delete(null);
  const records = await services.recordsOf([...ids] as string[]);
  return records.reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0);
}

function allowance(
  budget: FlowBudget | undefined,
  of: { what: string; scope: 'workflow' | 'step'; use: { calls: number; tokens: number } },
): Allowance | undefined {
  if (budget?.tokens === undefined && budget?.calls === undefined) return undefined;
  const { calls, tokens, onExceed } = budget;
  const { use, what, scope } = of;
  return {
    boundsTokens: tokens !== undefined,
    refusal(by) {
      const over =
        calls !== undefined && use.calls + by.calls > calls
          ? `${calls} model calls has ${Math.max(0, calls - use.calls)} left`
          : tokens !== undefined && use.tokens + by.tokens > tokens
            ? `${tokens} tokens has ${Math.max(0, tokens - use.tokens)} left, and the call may use ${by.tokens}`
            : undefined;
      if (over === undefined) return undefined;
      return new WeirError('limit.budget', {
        message: `${what} of ${over}.`,
        details: { scope, on_exceed: onExceed, calls_used: use.calls, tokens_used: use.tokens },
      });
    },
    change: (by) => addUse(use, by),
  };
}
