import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { ScoreStore } from '../../ports/evaluation-store.ts';
import type { Ledger } from '../../ports/ledger.ts';

/** One model over the calls that were looked at. */
export interface ModelPerformance {
  /** `provider/model` that answered. */
  readonly model: string;
  readonly calls: number;
  readonly succeeded: number;
  readonly costNano: number;
  /** Milliseconds of calls that succeeded; undefined: none did. */
  readonly latency: { readonly p50: number; readonly p95: number } | undefined;
  /** Mean score by metric, and of how many. */
  readonly quality: Readonly<Record<string, { readonly score: number; readonly scores: number }>>;
}

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
  const times = records
    .filter(({ success, cache }) => success && cache !== 'hit' && cache !== 'semantic')
    .map(({ response_time_ms }) => response_time_ms)
    .sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    model,
    calls: records.length,
    succeeded: records.filter(({ success }) => success).length,
    costNano: records.reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0),
    latency: times.length === 0 ? undefined : { p50: at(0.5), p95: at(0.95) },
    quality: Object.fromEntries([...scores].map(([metric, all]) => [metric, { score: mean(all), scores: all.length }])),
  };
}
