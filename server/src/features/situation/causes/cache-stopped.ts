import type { CallFact, Facts, Statement } from '../facts.ts';
import { percent } from '../wording.ts';

const WINDOW_MS = 10 * 60_000;
export const RECENT_CALLS = 20;
export const BASELINE_CALLS = 50;
export const LEAST_USUAL_SHARE = 0.2;
export const FALL = 3;

/** Of the latest twenty calls that asked the cache, a third of the usual share or less was there. */
export function cacheStopped({ calls, nowMs }: Facts): Statement[] {
  const asked = calls.filter(({ asksCache }) => asksCache);
  const recent = asked.slice(-RECENT_CALLS).filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
  const before = asked.slice(0, -RECENT_CALLS);
  if (recent.length < RECENT_CALLS || before.length < BASELINE_CALLS) return [];
  const [now, usual] = [hitShare(recent), hitShare(before)];
  // In whole numbers, which know no rounding.
  const isLeft = FALL * hits(recent) * before.length > hits(before) * recent.length;
  if (usual < LEAST_USUAL_SHARE || isLeft) return [];
  return [
    {
      cause: 'cache_stopped',
      object: 'cache',
      severity: 'warning',
      sentence: `The cache stopped working: hits fell from ${percent(usual)} to ${percent(now)}.`,
      href: '/cache',
    },
  ];
}

function hitShare(calls: readonly CallFact[]): number {
  return hits(calls) / calls.length;
}

function hits(calls: readonly CallFact[]): number {
  return calls.filter(({ isHit }) => isHit).length;
}
