import type { Facts, Statement } from '../facts.ts';
import { shortName } from '../wording.ts';

const WINDOW_MS = 2 * 60_000;
export const LEAST_FAILURES = 5;
export const LEAST_SHARE = 0.5;

/** Its breaker is not closed, it refuses our credential, or most of what was tried there lately failed. */
export function providersDown(facts: Facts): Statement[] {
  const names = new Set(facts.targets.map(({ provider }) => provider));
  for (const { attempts } of facts.calls) for (const { provider } of attempts) names.add(provider);
  return [...names].flatMap((provider) => {
    const sentence = whatIsWrong(provider, facts);
    if (sentence === undefined) return [];
    return [{ cause: 'provider_down', object: provider, severity: 'critical', sentence, href: '/reliability' }];
  });
}

function whatIsWrong(provider: string, { targets, calls, nowMs }: Facts): string | undefined {
  const own = targets.filter((target) => target.provider === provider);
  const name = shortName(provider);
  if (own.some(({ lastError }) => lastError === 'upstream.auth')) return `${name} refuses our credential.`;
  const recent = calls.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
  const tried = recent.flatMap(({ attempts }) => attempts.filter((attempt) => attempt.provider === provider));
  const failed = tried.filter((attempt) => attempt.failed).length;
  if (failed >= LEAST_FAILURES && failed >= LEAST_SHARE * tried.length) {
    return `${name} is down: ${failed} of ${tried.length} tries failed.`;
  }
  return own.some(({ breaker }) => breaker !== 'closed') ? `${name} is down: calls to it rest.` : undefined;
}
