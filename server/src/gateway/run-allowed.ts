import { countsOf } from '../kernel/counts-of.ts';
import { totalTokens } from '../kernel/usage.ts';
import { usageOf } from '../kernel/usage-record.ts';
import type { Allowance, CountedUnit, Counts } from '../ports/budgets.ts';
import type { Call, RunCall, Target } from '../ports/call.ts';
import type { BudgetRefusal } from '../ports/shared-state.ts';
import { countersAway, countsExceeded } from './budget-errors.ts';
import { limitOutput } from './limit-output.ts';
import { type ReservingServices, reserveIn } from './reserve-in.ts';
import { type WorstCaseServices, worstTokens } from './worst-case/worst-case.ts';

export interface RunAllowedServices extends Pick<WorstCaseServices, 'defaultMaxOutput'>, ReservingServices {
  readonly whenUnavailable: () => 'refuse' | 'allow';
}

const NONE: Counts = { calls: 0, tokens: 0 };
const UNITS = ['calls', 'tokens'] as const satisfies readonly CountedUnit[];

/**
 * One attempt within the calls and tokens that a run may use: the most it can use is taken first, in all of them or none, and
 * what it used stays. A call counts once, however many attempts it takes, and not at all when none of them left.
 */
export async function runAllowed(
  call: Call,
  next: () => Promise<void>,
  of: { run: RunCall; services: RunAllowedServices },
): Promise<void> {
  const { allowances } = of.run;
  const worst =
    call.payload.kind === 'chat'
      ? worstTokens(call.payload.request, call.target as Target, of.services)
      : { input: 0, output: 0, audioInput: 0, outputLimit: undefined };
  const before = call.attempts.length;
  const most: Counts = { calls: before === 0 ? 1 : 0, tokens: worst.input + worst.output + worst.audioInput };
  await take(call, most, of);
  const asked = call.payload;
  if (allowances.some(({ unit }) => unit === 'tokens')) limitOutput(call, worst);
  try {
    await next();
  } finally {
    call.payload = asked;
    const attempt = call.attempts.length > before ? call.attempts.at(-1) : undefined;
    const tokens = attempt === undefined ? 0 : totalTokens(usageOf(attempt.tokens));
    change(call, { calls: attempt === undefined ? -most.calls : 0, tokens: tokens - most.tokens }, of);
  }
}

/** What the call held becomes what its record says. */
export function settleCounts(call: Call, { counters }: Pick<RunAllowedServices, 'counters'>): void {
  const held = call.countsHeld;
  call.countsHeld = undefined;
  if (held === undefined || call.run === undefined) return;
  const used = call.record === undefined ? NONE : countsOf(call.record);
  for (const unit of UNITS) {
    const settlement = { requestId: call.id, heldNano: held[unit], costNano: used[unit] };
    const settling = counters.settle(periodsOf(call.run.allowances, unit), settlement);
    // Counters that are away are restored from the ledger when they are back.
    if (settling instanceof Promise) settling.catch(() => undefined);
  }
}

/** A call that another model answers because of an allowance is counted in it, and not bounded by it. */
async function take(call: Call, most: Counts, of: { run: RunCall; services: RunAllowedServices }): Promise<void> {
  const isLoose = ({ budget }: Allowance) => budget.onExceed === 'degrade' && call.degraded === true;
  for (const unit of UNITS) {
    const inForce = of.run.allowances.filter((allowance) => allowance.unit === unit);
    const periods = inForce.map((allowance) =>
      isLoose(allowance) ? { ...allowance.period, limitNano: Number.MAX_SAFE_INTEGER } : allowance.period,
    );
    if (inForce.length === 0) continue;
    const verdict = await reserveIn({ inForce, periods }, most[unit], of.services);
    if (verdict.kind === 'reserved') {
      call.countsHeld = { ...(call.countsHeld ?? NONE), [unit]: (call.countsHeld ?? NONE)[unit] + most[unit] };
      continue;
    }
    if (unit === 'tokens') change(call, { calls: -most.calls, tokens: 0 }, of);
    if (verdict.kind === 'refused')
      throw refused(call, inForce[verdict.at] as Allowance, { ...verdict, wanted: most[unit] });
    if (of.services.whenUnavailable() === 'refuse') throw countersAway();
  }
}

function refused(call: Call, allowance: Allowance, of: BudgetRefusal & { wanted: number }): Error {
  const { onExceed, degradeTo } = allowance.budget;
  if (onExceed === 'degrade' && call.degraded !== true) call.degradeTo = degradeTo;
  return countsExceeded(allowance, of);
}

function change(call: Call, by: Counts, { run, services }: { run: RunCall; services: RunAllowedServices }): void {
  const held = call.countsHeld;
  if (held === undefined) return;
  for (const unit of UNITS) {
    if (by[unit] !== 0) services.counters.adjust(periodsOf(run.allowances, unit), by[unit]);
  }
  call.countsHeld = { calls: held.calls + by.calls, tokens: held.tokens + by.tokens };
}

function periodsOf(allowances: readonly Allowance[], unit: CountedUnit) {
  return allowances.filter((allowance) => allowance.unit === unit).map(({ period }) => period);
}
