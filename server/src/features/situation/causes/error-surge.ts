import type { CallFact, Facts, Statement } from '../facts.ts';
import { shortName } from '../wording.ts';

const WINDOW_MS = 5 * 60_000;
export const LEAST_FAILURES = 10;
export const LEAST_SHARE = 0.2;
export const LEAST_RATIO = 3;

/** Many calls fail that did not before. Not told beside a provider that is down, which explains it. */
export function errorSurge({ calls, nowMs }: Facts, down: readonly string[]): Statement[] {
  const recent = calls.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
  const failed = recent.filter((call) => call.failed && !isExplained(call, down));
  const before = calls.filter(({ atMs }) => atMs <= nowMs - WINDOW_MS);
  const share = failed.length / Math.max(recent.length, 1);
  const usual = before.filter((call) => call.failed).length / Math.max(before.length, 1);
  if (failed.length < LEAST_FAILURES || share < LEAST_SHARE || share < LEAST_RATIO * usual) return [];
  const model = mostFrequent(failed.map((call) => call.model));
  return [
    {
      cause: 'error_surge',
      object: model,
      severity: 'critical',
      sentence: `Errors surge on ${shortName(model)}: ${failed.length} of ${recent.length} calls failed.`,
      href: '/requests?success=false',
    },
  ];
}

function isExplained({ attempts }: CallFact, down: readonly string[]): boolean {
  const last = attempts.at(-1);
  return last !== undefined && down.includes(last.provider);
}

function mostFrequent(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left)[0]?.[0] ?? '';
}
