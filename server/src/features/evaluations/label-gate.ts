import type { EvalRunRow, EvaluationStore } from '../../ports/evaluation-store.ts';
import type { GateTerms, LabelGate, LabelMove } from '../../ports/label-gate.ts';
import type { MetricVerdict } from './comparison/compare-runs.ts';
import { type EvaluatorVersions, LEAST_KAPPA, LEAST_LABELS } from './evaluator-versions.ts';
import { evaluatorNamed } from './evaluators/registry.ts';
import type { Check } from './item.ts';
import type { EvalRuns } from './runs/eval-runs.ts';
import { type CandidateDefinition, PASS } from './runs/run-definition.ts';

export interface LabelGateParts {
  readonly store: Pick<EvaluationStore, 'datasets' | 'runs'>;
  readonly evalRuns: Pick<EvalRuns, 'compare' | 'definitionOf'>;
  readonly evaluators: Pick<EvaluatorVersions, 'calibration'>;
}

/** The newest runs of a dataset are looked at, up to so many. */
const MOST_RUNS = 2000;
const PAGE = 200;
const LEVEL = 0.95;
const SEED = 1;
/** Of the items: more without a score on one side, and the comparison says too little about the rest. */
const MOST_UNPAIRED = 0.1;

interface Found {
  readonly run: EvalRunRow;
  readonly definition: CandidateDefinition;
}

/**
 * A label moves when the newest run of the new version and a run of the version in force, over the dataset as it is now and asked
 * and scored in the same way, say so item by item. Judges that nobody has checked against people have no say.
 */
export function labelGate(parts: LabelGateParts): LabelGate {
  return async (move) => {
    const sides = await runsOf(move, parts);
    if ('reason' in sides) return { allowed: false, reason: sides.reason, runIds: [] };
    const runIds = [sides.baseline.run.id, sides.candidate.run.id];
    const reason = await refusalOf(move.terms, sides, { ...parts, projectId: move.projectId });
    return reason === undefined ? { allowed: true, runIds } : { allowed: false, reason, runIds };
  };
}

interface Sides {
  readonly baseline: Found;
  readonly candidate: Found;
}

async function runsOf(move: LabelMove, parts: LabelGateParts): Promise<Sides | { readonly reason: string }> {
  const { projectId, prompt, terms, from, to } = move;
  const { datasets } = parts.store;
  const dataset = await datasets.named(projectId, terms.dataset);
  const current = dataset === undefined ? undefined : (await datasets.versions(dataset.id))[0];
  if (dataset === undefined || current === undefined) return { reason: `there is no dataset "${terms.dataset}"` };
  const baselines: Found[] = [];
  let candidate: Found | undefined;
  for await (const found of completed(dataset.id, current.version, parts)) {
    const asked = found.definition.candidate.prompt;
    if (asked?.name !== prompt) continue;
    if (asked.version === to) candidate ??= found;
    else if (asked.version === from) baselines.push(found);
  }
  const on = `over version ${current.version} of the dataset "${terms.dataset}"`;
  if (candidate === undefined) return { reason: `no run of version ${to} is complete ${on}` };
  const same = howAsked(candidate);
  const baseline = baselines.find((found) => howAsked(found) === same);
  if (baseline !== undefined) return { baseline, candidate };
  if (baselines.length === 0) return { reason: `no run of version ${from}, which is in force, is complete ${on}` };
  return {
    reason:
      `no run of version ${from}, which is in force, has the model, settings, evaluators and trials of the newest run of version ` +
      `${to} (${candidate.run.id})`,
  };
}

/** Newest first. */
async function* completed(datasetId: string, version: number, parts: LabelGateParts): AsyncGenerator<Found> {
  let before: string | undefined;
  for (let looked = 0; looked < MOST_RUNS; looked += PAGE) {
    const page = await parts.store.runs.list({ datasetId, limit: PAGE, before });
    for (const run of page) {
      if (run.status !== 'completed' || run.dataset_version !== version) continue;
      const definition = parts.evalRuns.definitionOf(run);
      if (!('pair' in definition)) yield { run, definition };
    }
    before = page.at(-1)?.id;
    if (page.length < PAGE) return;
  }
}

/** Everything but the version: what differs otherwise would be compared with it. */
function howAsked({ definition: { candidate, checks, judge, trials } }: Found): string {
  return JSON.stringify([candidate.model, candidate.settings, checks, judge ?? null, trials]);
}

async function refusalOf(
  terms: GateTerms,
  sides: Sides,
  of: LabelGateParts & { projectId: string },
): Promise<string | undefined> {
  const untried = await untriedJudges(sides.candidate.definition, of);
  const runs = { baseline: sides.baseline.run, candidate: sides.candidate.run };
  const asked = terms.metrics?.find((metric) => untried.has(metric));
  if (asked !== undefined) return `${asked} is told by a judge, and ${untried.get(asked)}`;
  const common = { level: LEVEL, seed: SEED, margin: terms.margin };
  const told = await of.evalRuns.compare(runs, { ...common, metrics: terms.metrics, without: [...untried.keys()] });
  const { verdicts, unpaired } = told;
  const missing = terms.metrics?.find((metric) => !verdicts.some((each) => each.metric === metric));
  if (missing !== undefined) return `both runs need scores of ${missing} for two items at least`;
  if (verdicts.length === 0) {
    const [first] = untried.values();
    return first === undefined ? 'the runs have no score in common' : `only judges gave scores, and ${first}`;
  }
  const thin = verdicts.find(({ metric, items }) => (unpaired[metric] ?? 0) > MOST_UNPAIRED * items);
  if (thin !== undefined) return `${unpaired[thin.metric]} items have a score of ${thin.metric} on one side only`;
  return refusalBy(terms, verdicts);
}

function refusalBy(terms: GateTerms, verdicts: readonly MetricVerdict[]): string | undefined {
  const worse = verdicts.find(({ verdict }) => verdict === 'worse');
  if (worse !== undefined) return told(worse);
  if (terms.require === 'better') {
    if (verdicts.some(({ verdict }) => verdict === 'better')) return undefined;
    return `nothing is better: ${verdicts.map(told).join('; ')}`;
  }
  const open = verdicts.find(({ verdict }) => verdict === 'not enough evidence');
  return open === undefined ? undefined : told(open);
}

function told({ metric, verdict, difference, interval, itemsMore }: MetricVerdict): string {
  const number = (value: number) => `${value > 0 ? '+' : ''}${value.toFixed(3)}`;
  const what =
    verdict === 'not enough evidence' ? `there is not enough evidence on ${metric}` : `${metric} is ${verdict}`;
  const more = itemsMore === undefined ? '' : `; about ${itemsMore} items more would tell`;
  return `${what} (${number(difference)}, 95% ${number(interval.low)} to ${number(interval.high)}${more})`;
}

/** Metrics that a judge has part in without having been checked against people, and why. The pass of an item has part in all. */
async function untriedJudges(
  { checks }: CandidateDefinition,
  { evaluators, projectId }: LabelGateParts & { projectId: string },
): Promise<Map<string, string>> {
  const untried = new Map<string, string>();
  for (const check of checks.filter(({ type }) => evaluatorNamed(type)?.asksModel === true)) {
    const reason = await whyUntried(check, { evaluators, projectId });
    if (reason === undefined) continue;
    untried.set(check.metric, reason);
    untried.set(PASS, reason);
  }
  return untried;
}

async function whyUntried(
  { evaluator }: Check,
  of: { evaluators: LabelGateParts['evaluators']; projectId: string },
): Promise<string | undefined> {
  if (evaluator === undefined)
    return 'only a judge with a name of its own (POST /api/v1/evaluators) can be checked against people';
  const { agreement, canGate } = await of.evaluators.calibration({ projectId: of.projectId, ...evaluator });
  if (canGate) return undefined;
  const { name, version } = evaluator;
  const found =
    agreement === undefined ? 'no label' : `kappa ${agreement.kappa.toFixed(2)} of ${agreement.items} labels`;
  return `version ${version} of "${name}" needs ${LEAST_LABELS} labels by people and a kappa of ${LEAST_KAPPA}; it has ${found}`;
}
