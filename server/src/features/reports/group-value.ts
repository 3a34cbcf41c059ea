import { isoSeconds } from '../../kernel/time.ts';
import type { GroupBy } from '../../ports/ledger.ts';

/** What stands in a report for calls that have no agent, model, ...: their sums must not be lost. */
export const UNKNOWN = 'unknown';

/** A group as people read it: times as ISO 8601, absence as null. */
export function groupValue(by: GroupBy, value: string): string | null {
  if (value === '') return null;
  return by === 'hour' || by === 'day' ? isoSeconds(Number(value)) : value;
}
