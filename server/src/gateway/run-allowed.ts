import { totalTokens } from '../kernel/usage.ts';
import { usageOf } from '../kernel/usage-record.ts';
import type { Allowance, AllowanceUse } from '../ports/budgets.ts';
import type { Call, RunCall, Target } from '../ports/call.ts';
import { limitOutput } from './limit-output.ts';
import { type WorstCaseServices, worstTokens } from './worst-case/worst-case.ts';

/**
 * One attempt within the calls and tokens that a run may use: the most it can use is taken first, in all of them or none, and
 * what it used stays. A call counts once, however many attempts it takes, and not at all when none of them left.
 */
export async function runAllowed(
  call: Call,
  next: () => Promise<void>,
  of: { run: RunCall; services: Pick<WorstCaseServices, 'defaultMaxOutput'> },
): Promise<void> {
  const { allowances } = of.run;
  const worst =
    call.payload.kind === 'chat'
      ? worstTokens(call.payload.request, call.target as Target, of.services)
      : { input: 0, output: 0, audioInput: 0, outputLimit: undefined };
  const before = call.attempts.length;
  const most: AllowanceUse = { calls: before === 0 ? 1 : 0, tokens: worst.input + worst.output + worst.audioInput };
  take(allowances, most);
  const asked = call.payload;
  if (allowances.some(({ boundsTokens }) => boundsTokens)) limitOutput(call, worst);
  try {
    await next();
  } finally {
    call.payload = asked;
    const attempt = call.attempts.length > before ? call.attempts.at(-1) : undefined;
    const tokens = attempt === undefined ? 0 : totalTokens(usageOf(attempt.tokens));
    const unused: AllowanceUse = { calls: attempt === undefined ? -most.calls : 0, tokens: tokens - most.tokens };
    for (const allowance of allowances) allowance.change(unused);
  }
}

/** Nothing waits between the question and the change, so no other call of the run can come between them. */
function take(allowances: readonly Allowance[], most: AllowanceUse): void {
  for (const allowance of allowances) {
    const refusal = allowance.refusal(most);
    if (refusal !== undefined) throw refusal;
  }
  for (const allowance of allowances) allowance.change(most);
}
