import { unsupported } from '../refusal.ts';
import { numberOf } from '../values/compare.ts';
import type { Value } from '../values/value.ts';

/**
 * Python adds floats one by one up to 3.11 and carries the lost digits along since 3.12. A sum that comes out the same
 * either way passes, any other is refused.
 */
export function exactSum(values: readonly Value[], naive: number): void {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const number = numberOf(value) ?? 0;
    const next = total + number;
    lost += Math.abs(total) >= Math.abs(number) ? total - next + number : number - next + total;
    total = next;
  }
  const compensated = Number.isFinite(lost) ? total + lost : total;
  if (Object.is(compensated, naive) || Number.isNaN(naive)) return;
  throw unsupported(
    'the last digit of this sum of floats differs between versions of Python; add them up before rendering',
  );
}
