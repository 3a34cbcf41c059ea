import type { Origin } from '../../kernel/finding.ts';
import type { GuardRule } from '../../ports/guard-policy.ts';

/** What a model said can leak something; it attacks nobody. */
const ABOUT_ATTACKS: readonly string[] = ['injection'];

/** The rules that make sense for a text of this origin. */
export function rulesFor(origin: Origin, rules: readonly GuardRule[]): readonly GuardRule[] {
  return origin === 'output' ? rules.filter(({ guardrail }) => !ABOUT_ATTACKS.includes(guardrail)) : rules;
}
