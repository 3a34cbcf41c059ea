import type { LogPolicy } from '@weir/contract';
import type { Clock } from '../../ports/clock.ts';
import type { LogServiceRow } from '../../ports/storage.ts';
import { type AdviceResult, type Adviser, askAdvice } from './advice/ask-advice.ts';
import type { LogAnalysis } from './analyze-lines.ts';
import { buildPolicy, type PolicyDraft } from './policies/build-policy.ts';
import { type DryRun, dryRun } from './policies/dry-run.ts';
import { explainPolicy } from './policies/explain-policy.ts';
import type { LogPolicies, VersionSummary } from './policies/log-policies.ts';
import { DEFAULT_ANOMALY_BOOST } from './solver/default-rates.ts';
import { type RateQuestion, type Solution, solveRates } from './solver/solve-rates.ts';

export interface GenerateQuestion {
  readonly service: LogServiceRow;
  readonly analysis: LogAnalysis;
  /** Bytes of such a window that may be kept; undefined: no target. */
  readonly targetBytes: number | undefined;
  readonly targetUsdPerDay: number | undefined;
  readonly usdPerGb: number;
  /** undefined: rules. Why there is none although one was wanted: a sentence's end. */
  readonly adviser: Adviser | { readonly missing: string } | undefined;
  /** undefined: those of the policy in force. */
  readonly locks: Readonly<Record<string, number>> | undefined;
  readonly foldErrorsPerSecond: number | null;
  readonly author: string;
  readonly activate: boolean;
}

export interface Generated {
  readonly policy: LogPolicy;
  readonly dryRun: DryRun;
  readonly solution: Solution;
  readonly isActive: boolean;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const BYTES_PER_GB = 1e9;

/** What a cost a day allows of a window, in bytes. */
export function bytesFor(usdPerDay: number, of: { usdPerGb: number; windowMs: number }): number {
  return ((usdPerDay / of.usdPerGb) * BYTES_PER_GB * of.windowMs) / DAY_MS;
}

/** From an analysis to a stored version, which becomes active when it is wanted and the dry run finds nothing against it. */
export async function generatePolicy(
  question: GenerateQuestion,
  of: { policies: LogPolicies; clock: Clock; signatureVersion: number },
): Promise<Generated> {
  const { service, analysis } = question;
  const before = await of.policies.inForce(service);
  const locks = question.locks ?? before?.locks ?? {};
  const rates: RateQuestion = {
    ...{ patterns: analysis.patterns, groups: analysis.groups, targetBytes: question.targetBytes },
    ...{ weights: new Map(), locks },
  };
  const advised = await advice(question);
  const found = advised !== undefined && 'advice' in advised ? advised.advice : undefined;
  const solution = solveRates(found === undefined ? rates : { ...rates, weights: found.weights });
  const draft = buildPolicy({
    ...{ service: service.name, analysis, solution, locks, author: question.author },
    ...{ knownPatterns: before?.patterns ?? {}, signatureVersion: of.signatureVersion, nowMs: of.clock.now() },
    names: found?.names ?? new Map(),
    boost: found?.boost ?? DEFAULT_ANOMALY_BOOST,
    foldErrorsPerSecond: question.foldErrorsPerSecond,
    model: found === undefined ? undefined : modelOf(question),
    reasoning: reasoningOf(question, { advised, solution }),
    inputs: [question.targetBytes ?? null, locks, [...(found?.weights ?? [])]],
  });
  const tried = dryRun({ groups: analysis.groups, before, after: unnumbered(draft), target: solution.target });
  const summary = summaryOf({ draft, analysis, solution, tried, advised });
  const { policy_id, version } = await of.policies.append(service, { draft, summary });
  const isActive = question.activate && tried.problems.length === 0;
  if (isActive) await of.policies.activate(service, version);
  return { policy: { ...unnumbered(draft), policy_id, policy_version: version }, dryRun: tried, solution, isActive };
}

function unnumbered(draft: PolicyDraft): LogPolicy {
  return { ...draft, policy_id: 0, policy_version: 0, boosts: [], full_fidelity_until: null };
}

async function advice({
  adviser,
  service,
  analysis,
  targetUsdPerDay,
}: GenerateQuestion): Promise<AdviceResult | undefined> {
  if (adviser === undefined) return undefined;
  if ('missing' in adviser) return { refused: adviser.missing };
  if (analysis.patterns.length === 0) return { refused: 'there are no patterns to ask about' };
  return askAdvice(adviser, { service: service.name, analysis, targetUsdPerDay });
}

function modelOf({ adviser }: GenerateQuestion): string | undefined {
  return adviser !== undefined && 'model' in adviser ? adviser.model : undefined;
}

function reasoningOf(
  { analysis, usdPerGb }: GenerateQuestion,
  of: { advised: AdviceResult | undefined; solution: Solution },
): string {
  const { advised, solution } = of;
  const facts = explainPolicy({ analysis, solution, usdPerGb });
  if (advised === undefined) return `Rules: ${facts}`;
  if ('refused' in advised) return `Rules, because ${advised.refused}: ${facts}`;
  const { reasoning, rejected } = advised.advice;
  const ignored =
    rejected === 0 ? '' : ` Of its answer ${rejected} entries named nothing it was asked about and are ignored.`;
  return `${reasoning}${ignored} ${facts}`;
}

function summaryOf(of: {
  draft: PolicyDraft;
  analysis: LogAnalysis;
  solution: Solution;
  tried: DryRun;
  advised: AdviceResult | undefined;
}): VersionSummary {
  const { draft, analysis, tried } = of;
  const { target } = of.solution;
  const found = of.advised !== undefined && 'advice' in of.advised ? of.advised.advice : undefined;
  const { author, model, generated_by, inputs_hash, global_rate, severity_rates, reasoning } = draft;
  return {
    ...{ author, model, generated_by, inputs_hash, global_rate, severity_rates, reasoning },
    window: {
      ...{ lines: tried.lines, bytes: tried.bytes, kept_bytes: Math.round(tried.keptBytesAfter) },
      hours: (analysis.to - analysis.from) / HOUR_MS,
    },
    target:
      target === undefined
        ? null
        : { bytes: target.bytes, floor_bytes: Math.round(target.floorBytes), reachable: target.isReachable },
    problems: tried.problems,
    merges: found?.merges ?? [],
    locks_proposed: found?.locks ?? [],
  };
}
