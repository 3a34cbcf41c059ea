import type { Facts, Statement } from '../facts.ts';
import { median, seconds, shortName } from '../wording.ts';

const WINDOW_MS = 10 * 60_000;
export const RECENT_CALLS = 10;
export const BASELINE_CALLS = 20;
export const LEAST_RATIO = 3;
export const LEAST_MORE_MS = 300;

/** The latest ten answers of a model take three times as long as those before them. */
export function slowProviders({ calls, nowMs }: Facts): Statement[] {
  const byTarget = new Map<string, { atMs: number; ms: number }[]>();
  for (const { atMs, attempts } of calls) {
    for (const { provider, model, failed, ms } of attempts) {
      if (failed) continue;
      const name = `${provider}/${model}`;
      const known = byTarget.get(name) ?? [];
      known.push({ atMs, ms });
      byTarget.set(name, known);
    }
  }
  return [...byTarget].flatMap(([name, answers]) => {
    const recent = answers.slice(-RECENT_CALLS).filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
    const before = answers.slice(0, -RECENT_CALLS);
    if (recent.length < RECENT_CALLS || before.length < BASELINE_CALLS) return [];
    const now = median(recent.map(({ ms }) => ms));
    const usual = median(before.map(({ ms }) => ms));
    if (now < LEAST_RATIO * usual || now < usual + LEAST_MORE_MS) return [];
    return [
      {
        cause: 'provider_slow',
        object: name,
        severity: 'warning',
        sentence: `${shortName(name)} is slow: ${seconds(now)} instead of ${seconds(usual)}.`,
        href: '/reliability',
      },
    ];
  });
}
