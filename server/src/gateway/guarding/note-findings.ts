import type { Finding, Origin } from '../../kernel/finding.ts';
import type { Call } from '../../ports/call.ts';
import type { GuardPlan, GuardRule } from '../../ports/guard-policy.ts';
import type { InlineDetection } from '../../ports/guardrail.ts';
import type { Direction, GuardObserver } from './guard-services.ts';

/** Findings of a call that are kept; more of them say nothing new. */
const MAX_FINDINGS = 200;

export function ruleOf(plan: GuardPlan, guardrail: string): GuardRule | undefined {
  return plan.rules.find((rule) => rule.guardrail === guardrail);
}

/** What a detection means under a plan; undefined when the plan has no rule for it. */
export function findingOf(hit: InlineDetection, origin: Origin, plan: GuardPlan): Finding | undefined {
  const rule = ruleOf(plan, hit.guardrail);
  if (rule === undefined) return undefined;
  const { guardrail, type, start, end, score } = hit;
  return { guardrail, type, start, end, score, origin, action: rule.mode };
}

/** Adds a finding to the call once: the full tier sees again what the inline tier saw. */
export function noteFinding(call: Call, finding: Finding, of: { observer: GuardObserver; direction: Direction }): void {
  if (call.findings.some((known) => isSame(known, finding))) return;
  of.observer.found(finding, of.direction);
  if (call.record === undefined && call.findings.length < MAX_FINDINGS) call.findings.push(finding);
}

/** The mark that the full detectors did not look. */
export function noteUnscanned(
  call: Call,
  plan: GuardPlan,
  of: { observer: GuardObserver; direction: Direction; origin: Origin },
): void {
  of.observer.unscanned(of.direction);
  const guardrail = plan.rules[0]?.guardrail ?? plan.outside[0]?.name;
  if (guardrail === undefined || call.record !== undefined || call.findings.length >= MAX_FINDINGS) return;
  call.findings.push({
    guardrail,
    type: 'unscanned',
    start: 0,
    end: 0,
    score: 0,
    origin: of.origin,
    action: 'monitor',
  });
}

function isSame(known: Finding, finding: Finding): boolean {
  return (
    known.start === finding.start &&
    known.end === finding.end &&
    known.type === finding.type &&
    known.guardrail === finding.guardrail &&
    known.origin === finding.origin
  );
}
