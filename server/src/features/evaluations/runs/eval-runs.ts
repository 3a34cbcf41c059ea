import { invalidRequest, WeirError } from '../../../kernel/errors.ts';
import { uuidV7 } from '../../../kernel/ids.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { NANO_PER_USD } from '../../../kernel/money.ts';
import type { Clock } from '../../../ports/clock.ts';
import type {
  DatasetRow,
  EvalRunRow,
  EvalRunTotals,
  EvaluationStore,
  ScoreRow,
} from '../../../ports/evaluation-store.ts';
import type { PromptSource } from '../../../ports/prompt-source.ts';
import type { ContentSeal } from '../../../ports/secrets.ts';
import type { ComparisonTerms, MetricPairs, MetricVerdict } from '../comparison/compare-runs.ts';
import type { Datasets } from '../datasets/datasets.ts';
import type { AskedCheck, EvaluatorVersions } from '../evaluator-versions.ts';
import type { EvalRunner } from './eval-runner.ts';
import { type JudgedPreference, preferenceIn } from './preference.ts';
import type { Candidate, CandidateDefinition, Pair, ResultOutput, RunDefinition } from './run-definition.ts';
import type { ResultView, RunComparison, RunView } from './views.ts';
import { warningsOf } from './warnings.ts';

export interface AskedRun {
  readonly name: string;
  readonly datasetId: string;
  readonly datasetVersion: number | undefined;
  readonly model: string;
  readonly messages: Candidate['messages'] | undefined;
  readonly prompt:
    | { readonly name: string; readonly version?: number | undefined; readonly label?: string | undefined }
    | undefined;
  readonly settings: JsonObject;
  readonly checks: readonly AskedCheck[];
  readonly judge: string | undefined;
  readonly trials: number;
  readonly budgetUsd: number | undefined;
}

/** Two runs that a judge is to compare item by item. */
export interface AskedPairwise {
  readonly name: string;
  readonly baseline: EvalRunRow;
  readonly candidate: EvalRunRow;
  readonly judge: string;
  readonly criteria: string;
  readonly budgetUsd: number | undefined;
}

export interface EvalRunsParts {
  readonly store: EvaluationStore;
  readonly datasets: Datasets;
  readonly evaluators: EvaluatorVersions;
  readonly runner: Pick<EvalRunner, 'start' | 'cancel'>;
  readonly seal: ContentSeal;
  readonly clock: Pick<Clock, 'now'>;
  readonly prompts: PromptSource;
  readonly compare: (metrics: readonly MetricPairs[], terms: ComparisonTerms) => Promise<readonly MetricVerdict[]>;
}

const PAGE = 1000;

/** Throws what two runs cannot be compared for. */
function comparable(sides: { baseline: EvalRunRow; candidate: EvalRunRow }): void {
  if (sides.baseline.dataset_id !== sides.candidate.dataset_id) {
    throw invalidRequest('candidate', 'was run on another dataset than the baseline');
  }
  for (const [side, run] of Object.entries(sides)) {
    if (run.status === 'running')
      throw new WeirError('conflict', { param: side, message: `The ${side} is still running.` });
  }
}

/** Runs of a candidate on a dataset: begun, looked at, compared. */
export class EvalRuns {
  readonly #of: EvalRunsParts;

  constructor(of: EvalRunsParts) {
    this.#of = of;
  }

  async begin(asked: AskedRun, by: { projectId: string; keyId: string }): Promise<EvalRunRow> {
    const { datasets } = this.#of;
    const dataset = await datasets.find(asked.datasetId, by.projectId);
    const definition = await this.#definition(asked, by.projectId);
    return this.#insert(
      { ...by, ...asked, definition },
      { dataset, ...(await datasets.version(dataset, asked.datasetVersion)) },
    );
  }

  /** A judge compares the answers of two runs, in both orders. */
  async beginPairwise(asked: AskedPairwise, by: { projectId: string; keyId: string }): Promise<EvalRunRow> {
    const { baseline, candidate, judge, criteria } = asked;
    comparable({ baseline, candidate });
    const side = (run: EvalRunRow) => {
      if ('pair' in this.definitionOf(run))
        throw invalidRequest('candidate', 'is a pairwise run itself; name runs that answered');
      return { run: run.id, model: run.model };
    };
    const pair: Pair = { baseline: side(baseline), candidate: side(candidate), criteria };
    const { datasets } = this.#of;
    const dataset = await datasets.find(candidate.dataset_id, by.projectId);
    return this.#insert(
      { ...by, ...asked, model: judge, definition: { pair, judge, trials: 1 } },
      { dataset, ...(await datasets.version(dataset, candidate.dataset_version)) },
    );
  }

  async #insert(
    of: {
      projectId: string;
      keyId: string;
      name: string;
      model: string;
      definition: RunDefinition;
      budgetUsd: number | undefined;
    },
    on: { dataset: DatasetRow; version: number; items: number },
  ): Promise<EvalRunRow> {
    const { seal, clock, store, runner } = this.#of;
    const now = clock.now();
    const run: EvalRunRow = {
      ...{ id: `evalrun_${uuidV7(now).replaceAll('-', '')}`, project_id: of.projectId, key_id: of.keyId },
      ...{ dataset_id: on.dataset.id, dataset_version: on.version, name: of.name, model: of.model },
      definition: seal.seal(of.projectId, JSON.stringify(of.definition)),
      ...{ status: 'running', error: null, planned: on.items * of.definition.trials },
      budget_nano: of.budgetUsd === undefined ? null : Math.round(of.budgetUsd * NANO_PER_USD),
      ...{ owner: null, lease_until: 0, created_at: now, ended_at: null },
    };
    await store.runs.insert(run);
    runner.start(run);
    return run;
  }

  /** What is not there and what is another project's are the same error. */
  async find(id: string, projectId: string | undefined): Promise<EvalRunRow> {
    const run = await this.#of.store.runs.get(id);
    if (run !== undefined && (projectId === undefined || run.project_id === projectId)) return run;
    throw new WeirError('resource.not_found', { message: 'There is no such evaluation run.' });
  }

  async view(run: EvalRunRow): Promise<RunView> {
    const totals = await this.#of.store.runs.totals(run.id);
    const sums = new Map<string, { sum: number; count: number }>();
    for (const { metric, score } of await this.#scores(run.id)) {
      const { sum, count } = sums.get(metric) ?? { sum: 0, count: 0 };
      sums.set(metric, { sum: sum + score, count: count + 1 });
    }
    const scores = Object.fromEntries([...sums].map(([metric, { sum, count }]) => [metric, sum / count]));
    const definition = this.definitionOf(run);
    return { run, definition, totals, scores, warnings: warningsOf(definition) };
  }

  /** What the judge of a pairwise run found so far. */
  async preference(run: EvalRunRow, terms: ComparisonTerms): Promise<JudgedPreference & { readonly pair: Pair }> {
    const definition = this.definitionOf(run);
    if (!('pair' in definition)) throw new WeirError('resource.not_found', { message: 'The run compares no pairs.' });
    const results: ResultView[] = [];
    for (let after: { item: string; trial: number } | undefined; ; ) {
      const page = await this.results(run, { limit: PAGE, after });
      results.push(...page);
      const last = page.at(-1)?.result;
      if (last === undefined || page.length < PAGE) break;
      after = { item: last.item_id, trial: last.trial };
    }
    const told = await preferenceIn(results, {
      clusters: await this.#clusters(run),
      compare: (pairs) => this.#of.compare([pairs], terms),
    });
    return { ...told, pair: definition.pair };
  }

  async cancel(run: EvalRunRow): Promise<EvalRunRow> {
    await this.#of.runner.cancel(run);
    return (await this.#of.store.runs.get(run.id)) ?? run;
  }

  async results(
    run: EvalRunRow,
    page: { limit: number; after?: { item: string; trial: number } | undefined },
  ): Promise<ResultView[]> {
    const { store, seal } = this.#of;
    const rows = await store.runs.results({ runId: run.id, ...page });
    const open = (sealed: string | null): unknown =>
      sealed === null ? undefined : JSON.parse(seal.open(run.project_id, sealed));
    const scores = Map.groupBy(await this.#scores(run.id), ({ item_id, trial }) => `${trial} ${item_id}`);
    return rows.map((result) => ({
      result,
      output: open(result.output) as ResultOutput | undefined,
      scores: (scores.get(`${result.trial} ${result.item_id}`) ?? []).map(({ metric, score, reason }) => ({
        ...{ metric, score },
        reason: open(reason) ?? null,
      })),
    }));
  }

  /** By item id; the trials of an item are averaged. Undefined metrics: all that both runs have, but those `without`. */
  async compare(
    sides: { baseline: EvalRunRow; candidate: EvalRunRow },
    of: ComparisonTerms & { metrics: readonly string[] | undefined; without?: readonly string[] },
  ): Promise<RunComparison> {
    const { baseline, candidate } = sides;
    comparable(sides);
    const [before, after] = [await this.#means(baseline), await this.#means(candidate)];
    const common = [...before.keys()].filter((metric) => after.has(metric)).sort();
    const metrics = of.metrics ?? common.filter((metric) => of.without?.includes(metric) !== true);
    const missing = metrics.find((metric) => !common.includes(metric));
    if (missing !== undefined) throw invalidRequest('metrics', `both runs need scores of ${missing}`);
    const clusters = await this.#clusters(candidate);
    const unpaired: Record<string, number> = {};
    const pairs = metrics.map((metric) => {
      const [base, other] = [before.get(metric) ?? new Map(), after.get(metric) ?? new Map<string, number>()];
      const paired = [...base].flatMap(([item, score]: [string, number]) => {
        const own = other.get(item);
        return own === undefined ? [] : [{ item, cluster: clusters.get(item), baseline: score, candidate: own }];
      });
      // The same seed gives the same reply, whatever order the scores came in.
      paired.sort((a, b) => (a.item < b.item ? -1 : 1));
      unpaired[metric] = base.size + other.size - 2 * paired.length;
      return { metric, pairs: paired };
    });
    const verdicts = await this.#of.compare(pairs, of);
    const [base, other] = await Promise.all([baseline, candidate].map((run) => this.#of.store.runs.totals(run.id)));
    const each = (side: EvalRunTotals | undefined, sum: 'cost_nano' | 'latency_ms') =>
      side === undefined || side.results === 0 ? 0 : side[sum] / side.results;
    return {
      verdicts,
      unpaired,
      costNanoPerItem: { baseline: each(base, 'cost_nano'), candidate: each(other, 'cost_nano') },
      latencyMsPerItem: { baseline: each(base, 'latency_ms'), candidate: each(other, 'latency_ms') },
    };
  }

  /** All that the run needs to be done again. */
  definitionOf(run: EvalRunRow): RunDefinition {
    return JSON.parse(this.#of.seal.open(run.project_id, run.definition)) as RunDefinition;
  }

  async #definition(asked: AskedRun, projectId: string): Promise<CandidateDefinition> {
    const { evaluators } = this.#of;
    const checks = await Promise.all(
      asked.checks.map((check, at) => evaluators.resolve(check, { projectId, at: `evaluators[${at}]` })),
    );
    const common = {
      ...{ checks, trials: asked.trials },
      ...(asked.judge === undefined ? {} : { judge: asked.judge }),
    };
    const { model, messages, prompt, settings } = asked;
    if (prompt === undefined) {
      return { ...common, candidate: { model, settings, ...(messages === undefined ? {} : { messages }) } };
    }
    if (messages !== undefined) throw invalidRequest('candidate', 'takes messages or a prompt, not both');
    const found = await this.#of.prompts.find({ projectId, ...prompt });
    return { ...common, candidate: { model, settings, prompt: { name: prompt.name, ...found } } };
  }

  async #scores(runId: string): Promise<ScoreRow[]> {
    const all: ScoreRow[] = [];
    for (let before: string | undefined; ; ) {
      const page = await this.#of.store.scores.list({ runId, limit: PAGE, before });
      all.push(...page);
      before = page.at(-1)?.id;
      if (page.length < PAGE) return all;
    }
  }

  /** Metric to item to mean score. */
  async #means(run: EvalRunRow): Promise<Map<string, Map<string, number>>> {
    const byMetric = Map.groupBy(await this.#scores(run.id), ({ metric }) => metric);
    return new Map(
      [...byMetric].map(([metric, scores]) => {
        const byItem = Map.groupBy(scores, ({ item_id }) => item_id ?? '');
        const mean = (all: readonly ScoreRow[]) => all.reduce((sum, { score }) => sum + score, 0) / all.length;
        return [metric, new Map([...byItem].map(([item, all]) => [item, mean(all)]))];
      }),
    );
  }

  async #clusters(run: EvalRunRow): Promise<Map<string, string>> {
    const { datasets } = this.#of;
    const clusters = new Map<string, string>();
    const dataset = await datasets.find(run.dataset_id, run.project_id);
    for await (const { id, content } of datasets.all(dataset, run.dataset_version)) {
      if (content?.cluster !== undefined) clusters.set(id, content.cluster);
    }
    return clusters;
  }
}
