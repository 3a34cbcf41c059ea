import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { ScoreStore } from '../../ports/evaluation-store.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Interval } from './statistics/interval.ts';
import { wilsonInterval } from './statistics/newcombe.ts';
import { meanInterval, quantileInterval, scoreInterval } from './statistics/sample-intervals.ts';

/** A number of a sample with the 95% interval of the true one; undefined: the sample is too small to tell. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval | undefined;
}

/** One model over the calls that were looked at. */
export interface ModelPerformance {
  /** `provider/model` that answered. */
  readonly model: string;
  readonly calls: number;
  readonly success: Estimate;
  /** nano-USD of a call. */
  readonly costNano: Estimate;
  /** Milliseconds of calls that succeeded and were not answered by a cache; undefined: none was. */
  readonly latency: { readonly p50: Estimate; readonly p95: Estimate } | undefined;
  /** Mean score by metric, and of how many. */
  readonly quality: Readonly<Record<string, Estimate & { readonly scores: number }>>;
}

const LEVEL = 0.95;
/** The newest calls of the period are looked at, up to so many. */
const MOST_CALLS = 10_000;
const PAGE = 1000;

/** Quality, cost and latency of every model that answered, the most used first. */
export async function compareModels(
  of: { ledger: Pick<Ledger, 'records'>; scores: Pick<ScoreStore, 'ofInferences'> },
  period: { projectId: string | undefined; fromMs: number; toMs: number },
): Promise<ModelPerformance[]> {
  const { projectId, ...span } = period;
  const byModel = new Map<string, { records: UsageRecord[]; scores: Map<string, number[]> }>();
  let looked = 0;
  for (let cursor: string | null | undefined; cursor !== null && looked < MOST_CALLS; ) {
    const page = await of.ledger.records({
      ...span,
      ...(projectId === undefined ? {} : { projectId }),
      ...(cursor === undefined ? {} : { cursor }),
      limit: PAGE,
    });
    looked += page.data.length;
    await addPage(page.data, byModel, of.scores);
    cursor = page.nextCursor;
  }
  return [...byModel]
    .map(([model, { records, scores }]) => performance(model, records, scores))
    .sort((a, b) => b.calls - a.calls);
}

async function addPage(
  records: readonly UsageRecord[],
  byModel: Map<string, { records: UsageRecord[]; scores: Map<string, number[]> }>,
  scores: Pick<ScoreStore, 'ofInferences'>,
): Promise<void> {
  const answered = records.filter(({ model, provider }) => model !== null && provider !== null);
  if (answered.length === 0) return;
  const modelOf = new Map(answered.map((record) => [record.request_id, `${record.provider}/${record.model}`]));
  const projectOf = new Map(answered.map((record) => [record.request_id, record.project_id]));
  for (const record of answered) {
    const model = modelOf.get(record.request_id) ?? '';
    const own = byModel.get(model) ?? { records: [], scores: new Map<string, number[]>() };
    byModel.set(model, own);
    own.records.push(record);
  }
  for (const { inference_id, project_id, metric, score } of await scores.ofInferences([...modelOf.keys()])) {
    // The id is a label: another project may have written the same.
    if (projectOf.get(inference_id) !== project_id) continue;
    const own = byModel.get(modelOf.get(inference_id) ?? '')?.scores;
    const all = own?.get(metric);
    if (all === undefined) own?.set(metric, [score]);
    else all.push(score);
  }
}

function performance(model: string, records: readonly UsageRecord[], scores: Map<string, number[]>): ModelPerformance {
  const calls = records.length;
  const succeeded = records.filter(({ success }) => success).length;
  const costs = records.map(({ cost_nano_usd }) => cost_nano_usd);
  const times = records
    .filter(({ success, cache }) => success && cache !== 'hit' && cache !== 'semantic')
    .map(({ response_time_ms }) => response_time_ms)
    .sort((a, b) => a - b);
  return {
    ...{ model, calls },
    success: { value: succeeded / calls, interval: wilsonInterval({ passed: succeeded, of: calls }, LEVEL) },
    costNano: { value: mean(costs), interval: meanInterval(costs, LEVEL) },
    latency: times.length === 0 ? undefined : { p50: quantileOf(times, 0.5), p95: quantileOf(times, 0.95) },
    quality: Object.fromEntries(
      [...scores].map(([metric, all]) => [
        metric,
        { value: mean(all), interval: scoreInterval(all, LEVEL), scores: all.length },
      ]),
    ),
  };
}

function quantileOf(sorted: readonly number[], quantile: number): Estimate {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? 0;
  return { value, interval: quantileInterval(sorted, { quantile, level: LEVEL }) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
