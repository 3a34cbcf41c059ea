import type { LogPolicy } from '@weir/contract';
import { compilePolicy, type PolicyRule } from '@weir/sampler/decision';
import { type PatternRegex, type PatternRegexResult, patternRegex } from './pattern-regex.ts';
import { SEVERITY_CLASSES, type SeverityClass } from './severity-classes.ts';

export interface ExportFile {
  readonly name: string;
  readonly text: string;
}

/** A pattern that the policy has a rate or a boost for, the most particular first: the first that matches decides. */
export interface ExportRule extends PatternRegex {
  readonly id: string;
  readonly template: string;
  readonly rates: ClassRates;
}

/** The share of lines to keep, 0 to 1. */
export type ClassRates = Readonly<Record<SeverityClass, number>>;

const PLAIN_ID = /^[\w.:-]+$/;

/** A policy as every format needs it. */
export interface ExportPlan {
  readonly policy: LogPolicy;
  /** For lines of no rule. */
  readonly rates: ClassRates;
  readonly rules: readonly ExportRule[];
  /** What to know of the export, one line each, without control characters: provenance, what is baked in, what is missing. */
  readonly notes: readonly string[];
}

/**
 * The decisions are the sampler's, with boosts and full fidelity as they are at `nowMs`. What no format outside the
 * application can do is among the notes.
 */
export function planExport(policy: LogPolicy, nowMs: number): ExportPlan {
  const compiled = compilePolicy(policy);
  const ratesOf = (rule: PolicyRule | undefined): ClassRates => {
    const rate = (severity: SeverityClass) => compiled.rateOf(severity === 'NONE' ? undefined : severity, rule, nowMs);
    return { DEBUG: rate('DEBUG'), INFO: rate('INFO'), WARNING: rate('WARNING'), NONE: rate('NONE') };
  };
  const rules: ExportRule[] = [];
  const leftOut: string[] = [];
  for (const rule of rulesOf(policy)) {
    const template = policy.patterns[rule.patternId]?.template;
    const found = findable(rule.patternId, template);
    if ('problem' in found) leftOut.push(`Left out: ${rule.patternId} ${template ?? ''}: ${found.problem}.`);
    else rules.push({ id: rule.patternId, template: template as string, rates: ratesOf(rule), ...found });
  }
  const isLocked = (id: string) => Number(Object.hasOwn(policy.locks, id));
  rules.sort(
    (one, other) =>
      ownLength(other) - ownLength(one) ||
      isLocked(other.id) - isLocked(one.id) ||
      other.rates.NONE - one.rates.NONE ||
      (one.id < other.id ? -1 : 1),
  );
  return { policy, rates: ratesOf(undefined), rules, notes: [...notesOf(policy, nowMs), ...leftOut].map(oneLine) };
}

function findable(id: string, template: string | undefined): PatternRegexResult {
  if (template === undefined) return { problem: 'the policy does not describe it' };
  return PLAIN_ID.test(id)
    ? patternRegex(template)
    : { problem: 'its id has characters that a configuration would read' };
}

/** One rate for all classes, or undefined: they differ. */
export function commonRate(rates: ClassRates): number | undefined {
  return SEVERITY_CLASSES.every((name) => rates[name] === rates.NONE) ? rates.NONE : undefined;
}

/** A decimal number with a point and without an exponent. */
export function decimal(value: number): string {
  const text = String(value).includes('e') ? value.toFixed(15).replace(/0+$/, '') : String(value);
  return /\.\d/.test(text) ? text : `${text.replace('.', '')}.0`;
}

/** The template without what ends a line of a comment. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function ownLength({ parts }: ExportRule): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function rulesOf(policy: LogPolicy): PolicyRule[] {
  const boosted = policy.boosts.map(({ pattern_id }) => pattern_id).filter((id) => id !== null);
  const ids = new Set([...Object.keys(policy.locks), ...Object.keys(policy.pattern_rates), ...boosted]);
  return [...ids].map((patternId) => ({
    patternId,
    rate: own(policy.locks, patternId) ?? own(policy.pattern_rates, patternId),
    boostUntilMs: policy.boosts
      .filter(({ pattern_id }) => pattern_id === patternId)
      .reduce((end, { expires_at }) => Math.max(end, Date.parse(expires_at)), 0),
  }));
}

function own(rates: Readonly<Record<string, number>>, id: string): number | undefined {
  return Object.hasOwn(rates, id) ? rates[id] : undefined;
}

function notesOf(policy: LogPolicy, nowMs: number): string[] {
  const isOn = (end: string) => nowMs < Date.parse(end);
  const boosts = policy.boosts.filter(({ expires_at }) => isOn(expires_at));
  const until = policy.full_fidelity_until;
  return [
    `Policy version ${policy.policy_version} of the service ${policy.service_name || '(unnamed)'}, made ${policy.created_at} by ${policy.generated_by}; exported by Weir ${new Date(nowMs).toISOString()}.`,
    'ERROR and above, levels that nobody can read and lines with an exception are kept. Then the pattern decides, the most',
    'particular that matches; then the severity; then the rate for lines without one. TRACE counts as DEBUG, NOTICE as INFO.',
    ...(until !== null && isOn(until)
      ? [`Full fidelity until ${until} is baked in: everything is kept. Export again after that.`]
      : []),
    ...boosts.map(
      ({ pattern_id, reason, expires_at }) =>
        `Boost of ${pattern_id ?? 'the whole service'} (${reason}) times ${policy.anomaly_boost} until ${expires_at} is baked in. Export again after that.`,
    ),
    'Not in here, since only samplers in the application can do it: keeping the first',
    `${policy.first_k} lines of each new signature; boosts and full fidelity switched on or off after this export;`,
    'minutely summaries with exact counts; folding of error storms. A lock is a pattern rate like any other here: it wins',
    'over the pattern rate, and nothing marks it. Patterns are found by text, not by signature: terminal colours hide them.',
    'Do not sample lines again that a Weir sampler has sampled already.',
  ];
}
