import { invalidRequest, WeirError } from '../../../kernel/errors.ts';
import { uuidV7 } from '../../../kernel/ids.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { NANO_PER_USD } from '../../../kernel/money.ts';
import type { Clock } from '../../../ports/clock.ts';
import type {
  EvalResultRow,
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
import type { Candidate, ResultOutput, RunDefinition } from './run-definition.ts';

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

export interface EvalRunsParts {
  readonly store: EvaluationStore;
  readonly datasets: Datasets;
  readonly evaluators: EvaluatorVersions;
  readonly runner: Pick<EvalRunner, 'start' | 'cancel'>;
  readonly seal: ContentSeal;
  readonly clock: Pick<Clock, 'now'>;
  /** Absent: stored prompts cannot be named. */
  readonly prompts?: PromptSource;
  readonly compare: (metrics: readonly MetricPairs[], terms: ComparisonTerms) => Promise<readonly MetricVerdict[]>;
}

export interface RunView {
  readonly run: EvalRunRow;
  readonly totals: EvalRunTotals;
  /** Mean by metric. */
  readonly scores: Readonly<Record<string, number>>;
}

export interface ResultView {
  readonly result: EvalResultRow;
  /** Undefined: forgotten. */
  readonly output: ResultOutput | undefined;
  readonly scores: readonly { readonly metric: string; readonly score: number; readonly reason: unknown }[];
}

export interface RunComparison {
  readonly verdicts: readonly MetricVerdict[];
  /** Items that only one side has a score of, by metric. */
  readonly unpaired: Readonly<Record<string, number>>;
  /** Candidate minus baseline per item, and what an item costs on both sides together. */
  readonly costNanoPerItem: { readonly baseline: number; readonly candidate: number };
  readonly latencyMsPerItem: { readonly baseline: number; readonly candidate: number };
}

const PAGE = 1000;

/** Runs of a candidate on a dataset: begun, looked at, compared. */
export class EvalRuns {
  readonly #of: EvalRunsParts;

  constructor(of: EvalRunsParts) {
    this.#of = of;
  }

  async begin(asked: AskedRun, by: { projectId: string; keyId: string }): Promise<EvalRunRow> {
    const { datasets, seal, clock, store, runner } = this.#of;
    const dataset = await datasets.find(asked.datasetId, by.projectId);
    const { version, items } = await datasets.version(dataset, asked.datasetVersion);
    const definition = await this.#definition(asked, by.projectId);
    const now = clock.now();
    const run: EvalRunRow = {
      ...{ id: `evalrun_${uuidV7(now).replaceAll('-', '')}`, project_id: by.projectId, key_id: by.keyId },
      ...{ dataset_id: dataset.id, dataset_version: version, name: asked.name, model: asked.model },
      definition: seal.seal(by.projectId, JSON.stringify(definition)),
      ...{ status: 'running', error: null, planned: items * asked.trials },
      budget_nano: asked.budgetUsd === undefined ? null : Math.round(asked.budgetUsd * NANO_PER_USD),
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
    return { run, totals, scores };
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

  /** By item id; the trials of an item are averaged. Undefined metrics: all that both runs have. */
  async compare(
    sides: { baseline: EvalRunRow; candidate: EvalRunRow },
    of: ComparisonTerms & { metrics: readonly string[] | undefined },
  ): Promise<RunComparison> {
    const { baseline, candidate } = sides;
    if (baseline.dataset_id !== candidate.dataset_id) {
      throw invalidRequest('candidate', 'was run on another dataset than the baseline');
    }
    for (const [side, run] of Object.entries(sides)) {
      if (run.status === 'running')
        throw new WeirError('conflict', { param: side, message: `The ${side} is still running.` });
    }
    const [before, after] = [await this.#means(baseline), await this.#means(candidate)];
    const common = [...before.keys()].filter((metric) => after.has(metric)).sort();
    const metrics = of.metrics ?? common;
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

  async #definition(asked: AskedRun, projectId: string): Promise<RunDefinition> {
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
    if (this.#of.prompts === undefined) throw invalidRequest('candidate.prompt', 'this server keeps no prompts');
    const found = await this.#of.prompts({ projectId, ...prompt });
    return {
      ...common,
      candidate: {
        ...{ model, messages: found.messages, settings: { ...found.settings, ...settings } },
        prompt: { name: prompt.name, version: found.version },
      },
    };
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
