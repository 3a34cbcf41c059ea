import { type PolicyRule, readPolicy } from './read-policy.ts';
import type { Severity } from './severity.ts';

export { isKeptAt, keyRandomness, traceRandomness } from './randomness.ts';
export type { PolicyRule } from './read-policy.ts';
export { isProtected, type Severity, type SeverityScale, severityOf } from './severity.ts';

/** A policy made ready for decisions. Every rate is within 0..1. */
export interface CompiledPolicy {
  /** `policy_version`; 0 where there is none. */
  readonly version: number;
  /** Lines of each new signature to keep whole. */
  readonly firstK: number;
  /** Lines of one signature a second beyond which an application that wants it folds errors; undefined: none. */
  readonly foldErrorsPerSecond: number | undefined;
  /** Unix ms; until then everything is kept. 0: not set. */
  readonly fullFidelityUntilMs: number;
  /** What could not be read, in words without values; empty for a sound policy. */
  readonly problems: readonly string[];
  /** The rule for lines of this signature, if the policy names their pattern. */
  ruleOf(signature: number): PolicyRule | undefined;
  /** The share of such lines to keep. `rule` is what `ruleOf` gave for the line's signature. */
  rateOf(severity: Severity | undefined, rule: PolicyRule | undefined, nowMs: number): number;
}

/** What there is before the first policy, and in place of one that cannot be read: everything is kept. */
export const KEEP_EVERYTHING: CompiledPolicy = compilePolicy({});

/**
 * Makes a policy document ready. Never throws, whatever it is given, and what is broken keeps lines: a rate that is no
 * number from 0 to 1 counts as 1, and a document of which a part cannot be read at all keeps everything.
 */
export function compilePolicy(raw: unknown): CompiledPolicy {
  const { rules, rates, boost, serviceBoostUntilMs, ...rest } = readPolicy(raw);

  const rateOf = (severity: Severity | undefined, rule: PolicyRule | undefined, nowMs: number): number => {
    let rate = rule?.rate;
    switch (severity) {
      case 'DEBUG':
        rate ??= rates.DEBUG;
        break;
      case 'INFO':
        rate ??= rates.INFO;
        break;
      case 'WARNING':
        rate ??= rates.WARNING;
        break;
      case undefined:
        rate ??= rates.global;
        break;
      default:
        return 1;
    }
    if (nowMs < rest.fullFidelityUntilMs) return 1;
    const isBoosted = nowMs < serviceBoostUntilMs || (rule !== undefined && nowMs < rule.boostUntilMs);
    return isBoosted ? Math.min(1, rate * boost) : rate;
  };
  return { ...rest, ruleOf: (signature) => rules.get(signature), rateOf };
}
