import type { Facts, Statement } from '../facts.ts';
import { shortName } from '../wording.ts';

export const LEAST_RATIO = 5;
export const LEAST_CALLS = 100;
export const LEAST_NANO = 1_000_000_000;
/** Ten minutes are a sixth of the hours it is compared with. */
const PART_OF_HOUR = 6;

/** In ten minutes five times as many calls, or as much money, as in ten minutes of its busiest hour of a week. */
export function keysLeaking({ keys }: Facts): Statement[] {
  return keys.flatMap((key) => {
    // A key without a history has no usual pattern.
    if (key.knownHours === 0) return [];
    const calls = ratio(key.calls, key.busiestHourCalls / PART_OF_HOUR);
    const nano = ratio(key.nano, key.dearestHourNano / PART_OF_HOUR);
    const isBusy = key.calls >= LEAST_CALLS && calls >= LEAST_RATIO;
    const isDear = key.nano >= LEAST_NANO && nano >= LEAST_RATIO;
    if (!isBusy && !isDear) return [];
    const [times, what] = isBusy ? [calls, 'calls'] : [nano, 'spend'];
    return [
      {
        cause: 'key_leaking',
        object: key.id,
        severity: 'critical',
        sentence: `Key ${shortName(key.name)} may be leaking: ${Math.round(times)} times its usual ${what}.`,
        href: `/keys/${encodeURIComponent(key.id)}`,
      },
    ];
  });
}

/** At least one of what is counted is usual, so that a quiet key does not divide by nothing. */
function ratio(now: number, usual: number): number {
  return now / Math.max(usual, 1);
}
