import { asNumber, asObject, compact, type Json, type JsonObject } from '../../../kernel/json.ts';
import { usdFromNano } from '../../../kernel/money.ts';
import type { FlowBudget, Step } from '../flow.ts';
import type { Question } from './ask.ts';
import type { Context } from './context.ts';
import type { StepFailure } from './ending.ts';
import { readAbove } from './read-above.ts';
import { budgetOfRun } from './run-budgets.ts';

const UNITS = ['usd', 'calls', 'tokens'] as const;
type Unit = (typeof UNITS)[number];
type Amounts = Readonly<Partial<Record<Unit, number>>>;

/** The budget of this run, or of one above, that refused a call. */
interface Refusing {
  readonly runId: string;
  /** As it was when the call was refused. */
  readonly unit: Unit;
  readonly limit: number;
  /** As it is now. */
  readonly amounts: Amounts;
}

/** Somebody raised the budget since it refused the call: the call may be made again. */
export async function wasRaised(context: Context, failure: StepFailure): Promise<boolean> {
  await readBudgets(context);
  const refusing = refusingBudget(context, failure);
  return refusing !== undefined && (refusing.amounts[refusing.unit] ?? 0) > refusing.limit;
}

/** Asks for more of what was refused; a budget that is no run's cannot be raised here, and the call is only made again. */
export async function moreOf(context: Context, step: Step, failure: StepFailure): Promise<Question> {
  const { run, services, ancestors } = context;
  const refusing = refusingBudget(context, failure);
  const above = ancestors.find(({ id }) => id === refusing?.runId);
  const flow = above === undefined ? run.flow : await services.flows.of(above.workflow_id, above.version);
  const whose = above === undefined ? 'the run' : `the run of "${flow.name}" above`;
  return {
    kind: 'budget',
    title:
      above === undefined
        ? `The budget for step "${step.name}" is used up.`
        : `The budget of ${whose} is used up at step "${step.name}".`,
    detail: compact({
      message: failure.message,
      ...failure.details,
      budget_of: refusing === undefined ? undefined : flow.name,
    }),
    form: refusing === undefined ? null : formOf(refusing, whose),
    status: 'waiting',
    dueAt: null,
  };
}

/**
 * The budget that refused becomes what the person says, or, where nothing is said of what was refused, twice what it was. It never
 * becomes less: who decides late, or again after a crash, takes nothing back.
 */
export async function raiseBudget(context: Context, failure: StepFailure, data: Json): Promise<void> {
  const { run, services } = context;
  const { runs } = services.store;
  const { project_id: projectId } = run.row;
  const refusing = refusingBudget(context, failure);
  if (refusing === undefined) return;
  const said: JsonObject = { [refusing.unit]: 2 * refusing.limit, ...asObject(data) };
  for (let isRaised = false; !isRaised; ) {
    const row = await runs.get(projectId, refusing.runId);
    if (row === undefined) return;
    const flow = await services.flows.of(row.workflow_id, row.version);
    const amounts = amountsOf(budgetOfRun(row, flow.budget));
    // What is not bounded stays so.
    const raised = Object.entries(amounts).map(([unit, amount]) => [unit, Math.max(amount, asNumber(said[unit]) ?? 0)]);
    const to = JSON.stringify(Object.fromEntries(raised));
    isRaised = await runs.changeBudget({ projectId, id: row.id, from: row.budget, to });
  }
  await readBudgets(context);
}

/** What one process knows of the budgets of a run and of those above is old once another one raised them. */
async function readBudgets(context: Context): Promise<void> {
  const { run, services } = context;
  const row = await services.store.runs.get(run.row.project_id, run.row.id);
  run.budget = row?.budget ?? null;
  context.above = (await readAbove(services, run.row)).bounds;
}

function refusingBudget({ run, above }: Context, { details }: StepFailure): Refusing | undefined {
  if (details.scope !== 'workflow') return undefined;
  const own = details.id === run.row.id ? budgetOfRun({ budget: run.budget }, run.flow.budget) : undefined;
  const budget = own ?? above.find(({ runId, path }) => runId === details.id && path === undefined)?.budget;
  if (budget === undefined) return undefined;
  const unit = UNITS.find((each) => each === details.unit) ?? 'usd';
  return { runId: String(details.id), unit, limit: asNumber(details.limit) ?? 0, amounts: amountsOf(budget) };
}

function amountsOf(budget: FlowBudget | undefined): Amounts {
  const { usdNano, calls, tokens } = budget ?? {};
  const usd = usdNano === undefined ? undefined : usdFromNano(usdNano);
  return Object.fromEntries(Object.entries({ usd, calls, tokens }).filter(([, amount]) => amount !== undefined));
}

/** What was refused comes first, with twice as much; the rest as it is. */
function formOf({ unit, limit, amounts }: Refusing, whose: string): JsonObject {
  const others = UNITS.filter((each) => each !== unit && amounts[each] !== undefined);
  const fields = [[unit, 2 * limit] as const, ...others.map((each) => [each, amounts[each] ?? 0] as const)];
  const properties = fields.map(([each, amount]) => [each, { ...FIELDS[each](whose), default: amount }] as const);
  return { type: 'object', properties: Object.fromEntries(properties) };
}

const FIELDS: Readonly<Record<Unit, (whose: string) => JsonObject>> = {
  usd: (whose) => ({ type: 'number', exclusiveMinimum: 0, description: `New budget of ${whose} in USD` }),
  calls: (whose) => ({ type: 'integer', minimum: 1, description: `Model calls that ${whose} may make in all` }),
  tokens: (whose) => ({ type: 'integer', minimum: 1, description: `Tokens that ${whose} may use in all` }),
};
