import type { ApprovalGate, BudgetHold, BudgetInForce, BudgetPauses } from '../../ports/budgets.ts';
import type { Call, Target } from '../../ports/call.ts';
import type { BudgetRefusal, BudgetVerdict } from '../../ports/shared-state.ts';
import { approvalRequired, budgetExceeded, countersAway } from '../budget-errors.ts';
import { limitOutput } from '../limit-output.ts';
import { type ReservingServices, reserveIn } from '../reserve-in.ts';
import { runAllowed, settleCounts } from '../run-allowed.ts';
import type { Stage } from '../stage.ts';
import { type WorstCase, type WorstCaseServices, worstCase } from '../worst-case/worst-case.ts';

export interface ReserveBudgetServices extends WorstCaseServices, ReservingServices {
  /** Every budget that holds for the call. */
  readonly inForce: (call: Call) => readonly BudgetInForce[];
  /** What happens to calls with a budget while nobody knows what is left of it. */
  readonly whenUnavailable: () => 'refuse' | 'allow';
  /** Absent: dear calls are refused without anybody to ask. */
  readonly approvals?: ApprovalGate;
  /** Absent: budgets that pause refuse without anybody to ask. */
  readonly pauses?: BudgetPauses;
  readonly observer: BudgetObserver;
}

/** Told what becomes of budgets; must not throw and must not wait. */
export interface BudgetObserver {
  refused(inForce: BudgetInForce, of: BudgetRefusal & { wantedNano: number; shadow: boolean }): void;
  /** Settled money grew from one amount to the other. */
  spent(inForce: BudgetInForce, of: { beforeNano: number; afterNano: number }): void;
}

/** Holds the worst case of an attempt in every budget while it runs, and what it cost from then on. */
export function reserveBudget(services: ReserveBudgetServices): Stage {
  return {
    name: 'reserveBudget',
    around(call, next) {
      if (call.run === undefined || call.run.allowances.length === 0) return reserved(call, next, services);
      return runAllowed(call, () => reserved(call, next, services), { run: call.run, services });
    },
    settle(call) {
      settleCounts(call, services);
      const hold = call.budgetHold;
      call.budgetHold = undefined;
      if (hold !== undefined) settleHold(call, hold, services);
      if (call.record !== undefined && call.record.cost_nano_usd > 0) chargeLatecomers(call, hold, services);
    },
  };
}

function reserved(call: Call, next: () => Promise<void>, services: ReserveBudgetServices): Promise<void> {
  const inForce = call.budgetHold?.inForce ?? services.inForce(call);
  if (inForce.length === 0) return next();
  call.budgetHold ??= { inForce, periods: inForce.map(({ period }) => period), heldNano: 0, approvedNano: 0 };
  return runReserved(call, next, { hold: call.budgetHold, services });
}

async function runReserved(
  call: Call,
  next: () => Promise<void>,
  of: { hold: BudgetHold; services: ReserveBudgetServices },
): Promise<void> {
  const { hold, services } = of;
  const worst = worstCase(call, call.target as Target, services);
  const asking = askApproval(call, worst, of);
  if (asking !== undefined) await asking;
  const reserving = reserveIn(hold, worst.nano, services);
  let verdict = reserving instanceof Promise ? await reserving : reserving;
  let asked: Asked | undefined;
  if (verdict.kind === 'refused') ({ verdict, asked } = await askForMore(call, verdict, { ...of, worst }));
  const held = judge(call, verdict, { ...of, worst, asked }) ? worst.nano : 0;
  hold.heldNano += held;
  call.reservedNano = worst.nano;
  const payload = call.payload;
  const before = call.attempts.length;
  try {
    limitOutput(call, worst);
    await next();
  } finally {
    call.payload = payload;
    call.reservedNano = undefined;
    const attempt = call.attempts.length > before ? call.attempts.at(-1) : undefined;
    const delta = held === 0 ? 0 : (attempt?.cost_nano_usd ?? 0) - held;
    hold.heldNano += delta;
    services.counters.adjust(hold.periods, delta);
  }
}

/** The request for more that a refusal led to. */
type Asked = Exclude<Awaited<ReturnType<BudgetPauses['ask']>>, { raised: true }>;

/** A budget that pauses may have been raised meanwhile: then the call is judged by the new limit. Runs ask for their own. */
async function askForMore(
  call: Call,
  refused: BudgetVerdict & { kind: 'refused' },
  of: { hold: BudgetHold; worst: WorstCase; services: ReserveBudgetServices },
): Promise<{ verdict: BudgetVerdict; asked: Asked | undefined }> {
  const { hold, worst, services } = of;
  let verdict: BudgetVerdict = refused;
  // Each turn one budget is higher.
  for (let turn = 0; turn <= hold.periods.length && verdict.kind === 'refused'; turn++) {
    const inForce = hold.inForce[verdict.at] as BudgetInForce;
    if (inForce.budget.onExceed !== 'pause' || inForce.spent !== undefined) break;
    const answer = await services.pauses?.ask(inForce, verdict);
    if (answer === undefined) break;
    if (!answer.raised) return { verdict, asked: answer };
    hold.inForce = services.inForce(call);
    hold.periods = hold.inForce.map(({ period }) => period);
    verdict = await reserveIn(hold, worst.nano, services);
  }
  return { verdict, asked: undefined };
}

/** True when the money is reserved; false when the call may go on without. */
function judge(
  call: Call,
  verdict: BudgetVerdict,
  of: { hold: BudgetHold; worst: WorstCase; asked: Asked | undefined; services: ReserveBudgetServices },
): boolean {
  const { hold, services, worst } = of;
  const tell = (refusal: BudgetRefusal, shadow: boolean): BudgetInForce => {
    const inForce = hold.inForce[refusal.at] as BudgetInForce;
    services.observer.refused(inForce, { ...refusal, wantedNano: worst.nano, shadow });
    return inForce;
  };
  switch (verdict.kind) {
    case 'reserved':
      if (verdict.shadowed !== undefined) tell(verdict.shadowed, true);
      return true;
    case 'refused': {
      const inForce = tell(verdict, false);
      const { onExceed, degradeTo } = inForce.budget;
      if (onExceed === 'degrade' && call.degraded !== true) call.degradeTo = degradeTo;
      throw budgetExceeded(inForce, { ...verdict, wantedNano: worst.nano, nowMs: services.nowMs(), asked: of.asked });
    }
    default:
      if (services.whenUnavailable() === 'allow') return false;
      throw countersAway();
  }
}

/** Undefined when no budget wants to be asked. */
function askApproval(
  call: Call,
  worst: WorstCase,
  of: { hold: BudgetHold; services: ReserveBudgetServices },
): Promise<void> | undefined {
  const { hold, services } = of;
  const needs = ({ budget: { approveAboveNano, shadow } }: BudgetInForce) =>
    approveAboveNano !== undefined && worst.nano > approveAboveNano && worst.nano > hold.approvedNano && !shadow;
  // One approval is for the call, whichever of its budgets asked first.
  const asking = hold.inForce.find(needs);
  return asking === undefined || call.run?.isApproved === true
    ? undefined
    : approved(call, worst, { hold, services, asking });
}

async function approved(
  call: Call,
  { nano }: WorstCase,
  of: { hold: BudgetHold; asking: BudgetInForce; services: ReserveBudgetServices },
): Promise<void> {
  const { hold, asking, services } = of;
  // A run waits by itself, and asks in its own name.
  const verdict =
    call.run === undefined
      ? await services.approvals?.check({
          projectId: call.caller.projectId,
          keyId: call.caller.keyId,
          userId: call.attribution.userId,
          model: call.target?.model ?? '',
          body: bodyOf(call),
          worstCaseNano: nano,
          inForce: asking,
        })
      : undefined;
  if (verdict?.approved !== true) throw approvalRequired(asking, { wantedNano: nano, asked: verdict });
  hold.approvedNano = nano;
}

function bodyOf({ payload }: Call): Buffer | undefined {
  return payload.kind === 'pass-through' ? payload.body : payload.request.body;
}

function settleHold(call: Call, hold: BudgetHold, services: ReserveBudgetServices): void {
  const costNano = call.record?.cost_nano_usd ?? 0;
  settlePeriods(call, hold.inForce, { heldNano: hold.heldNano, costNano, services });
}

/** Budgets made while the call was running reserved nothing for it, and yet it is paid for. */
function chargeLatecomers(call: Call, hold: BudgetHold | undefined, services: ReserveBudgetServices): void {
  const inForce = services.inForce(call);
  // The usual case: the very list that was reserved in.
  if (inForce.length === 0 || inForce === hold?.inForce) return;
  const late = inForce.filter(({ period }) => hold?.periods.some(({ name }) => name === period.name) !== true);
  if (late.length === 0) return;
  settlePeriods(call, late, { heldNano: 0, costNano: call.record?.cost_nano_usd ?? 0, services });
}

function settlePeriods(
  call: Call,
  inForce: readonly BudgetInForce[],
  of: { heldNano: number; costNano: number; services: ReserveBudgetServices },
): void {
  const { heldNano, costNano, services } = of;
  const tell = (settled: readonly (number | undefined)[]) => {
    settled.forEach((afterNano, at) => {
      if (afterNano === undefined || costNano === 0) return;
      services.observer.spent(inForce[at] as BudgetInForce, { beforeNano: afterNano - costNano, afterNano });
    });
  };
  const settled = services.counters.settle(
    inForce.map(({ period }) => period),
    { requestId: call.id, heldNano, costNano },
  );
  if (!(settled instanceof Promise)) return tell(settled);
  settled.then(tell, () => undefined);
}
