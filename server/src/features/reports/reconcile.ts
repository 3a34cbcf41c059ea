import { invalidRequest } from '../../kernel/errors.ts';
import { usdFromNano } from '../../kernel/money.ts';
import type { Ledger, ReportRow } from '../../ports/ledger.ts';
import type { ExportRow, Stretch } from './export-row.ts';

const MAX_STRETCHES = 100;

export interface Counted {
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** USD; null where the export has no money in it. */
  readonly cost_usd: number | null;
}

/** One model on both sides. */
export interface Drift {
  readonly provider: string;
  /** As the provider spells it; as Weir does when the export lacks it. */
  readonly model: string;
  readonly ours: Counted;
  readonly theirs: Counted;
  /** Ours minus theirs. */
  readonly difference: Counted;
  /** Ours by theirs, 1 when they agree; null where theirs is 0 or unknown. */
  readonly ratio: { readonly [K in keyof Counted]: number | null };
}

export interface Reconciliation {
  /** First and last instant that was compared, ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** Largest drift in money first, then in tokens. */
  readonly data: readonly Drift[];
  readonly total: Omit<Drift, 'provider' | 'model'>;
}

/** Compares the ledger with a provider's export, model by model, over the periods the export covers. */
export async function reconcile(
  ledger: Ledger,
  rows: readonly ExportRow[],
  of: { projectId: string | undefined; period: Stretch },
): Promise<Reconciliation> {
  const stretches = coveredBy(rows, of.period);
  const project = of.projectId === undefined ? {} : { projectId: of.projectId };
  const ours: ReportRow[] = [];
  for (const stretch of stretches) {
    ours.push(...(await ledger.report({ ...project, ...stretch, groupBy: ['provider', 'model'] })));
  }
  const sides = pair(rows, ours);
  return {
    from: new Date(Math.min(...stretches.map(({ fromMs }) => fromMs))).toISOString(),
    to: new Date(Math.max(...stretches.map(({ toMs }) => toMs))).toISOString(),
    data: sides.map(({ provider, model, ...both }) => ({ provider, model, ...compare(both) })).sort(byDrift),
    total: compare({ ours: total(sides.map((side) => side.ours)), theirs: total(sides.map((side) => side.theirs)) }),
  };
}

/** The periods of the rows, overlapping and adjoining ones as one. */
function coveredBy(rows: readonly ExportRow[], period: Stretch): Stretch[] {
  const wanted = rows.map((row) => ({ fromMs: row.fromMs ?? period.fromMs, toMs: row.toMs ?? period.toMs }));
  const merged: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of wanted.sort((a, b) => a.fromMs - b.fromMs)) {
    if (fromMs >= toMs) throw invalidRequest('body', 'has a row whose "from" is not before its "to".');
    const last = merged.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else merged.push({ fromMs, toMs });
  }
  if (merged.length > MAX_STRETCHES) {
    throw invalidRequest('body', `covers ${merged.length} separate periods; at most ${MAX_STRETCHES} at once.`);
  }
  return merged;
}

interface Side {
  provider: string;
  model: string;
  ours: Counted;
  theirs: Counted;
}

/** Joins by model name; a dated name also meets the undated one, because providers bill by snapshot. */
function pair(rows: readonly ExportRow[], ours: readonly ReportRow[]): Side[] {
  const exact = new Set(ours.map(({ group }) => keyOf(group[0], group[1])));
  const providers = new Set(rows.map(({ provider }) => provider));
  const sides = new Map<string, Side>();
  const sideOf = (provider: string, model: string, key: string): Side => {
    const side = sides.get(key) ?? { provider, model, ours: NOTHING, theirs: UNCOUNTED };
    sides.set(key, side);
    return side;
  };
  const undated = new Map<string, string>();
  for (const row of rows) {
    const own = keyOf(row.provider, row.model);
    const key = exact.has(own) ? own : keyOf(row.provider, withoutDate(row.model));
    undated.set(keyOf(row.provider, withoutDate(row.model)), key);
    const side = sideOf(row.provider, row.model, key);
    side.theirs = plus(side.theirs, countedOf(row.inputTokens, row.outputTokens, row.costUsd ?? null));
  }
  for (const { group, inputTokens, outputTokens, costNano } of ours) {
    const [provider = '', model = ''] = group;
    if (!providers.has(provider)) continue;
    const own = keyOf(provider, model);
    const key = sides.has(own) ? own : (undated.get(keyOf(provider, withoutDate(model))) ?? own);
    const side = sideOf(provider, model, key);
    side.ours = plus(side.ours, countedOf(inputTokens, outputTokens, usdFromNano(costNano)));
  }
  return [...sides.values()];
}

const NOTHING: Counted = { input_tokens: 0, output_tokens: 0, cost_usd: 0 };
const UNCOUNTED: Counted = { input_tokens: 0, output_tokens: 0, cost_usd: null };

function countedOf(input: number, output: number, cost: number | null): Counted {
  return { input_tokens: input, output_tokens: output, cost_usd: cost };
}

function plus(left: Counted, right: Counted): Counted {
  const cost = left.cost_usd === null ? right.cost_usd : left.cost_usd + (right.cost_usd ?? 0);
  return countedOf(left.input_tokens + right.input_tokens, left.output_tokens + right.output_tokens, cost);
}

function total(sides: readonly Counted[]): Counted {
  return sides.reduce(plus, UNCOUNTED);
}

function compare({ ours, theirs }: { ours: Counted; theirs: Counted }): Omit<Drift, 'provider' | 'model'> {
  const hasCost = ours.cost_usd !== null && theirs.cost_usd !== null;
  return {
    ours,
    theirs,
    difference: {
      input_tokens: ours.input_tokens - theirs.input_tokens,
      output_tokens: ours.output_tokens - theirs.output_tokens,
      cost_usd: hasCost ? roundNano((ours.cost_usd ?? 0) - (theirs.cost_usd ?? 0)) : null,
    },
    ratio: {
      input_tokens: ratio(ours.input_tokens, theirs.input_tokens),
      output_tokens: ratio(ours.output_tokens, theirs.output_tokens),
      cost_usd: ratio(ours.cost_usd, theirs.cost_usd),
    },
  };
}

function ratio(ours: number | null, theirs: number | null): number | null {
  return ours === null || theirs === null || theirs === 0 ? null : ours / theirs;
}

function roundNano(usd: number): number {
  return Math.round(usd * 1e9) / 1e9;
}

function byDrift(left: Drift, right: Drift): number {
  const money = (drift: Drift) => Math.abs(drift.difference.cost_usd ?? 0);
  const tokens = (drift: Drift) => Math.abs(drift.difference.input_tokens) + Math.abs(drift.difference.output_tokens);
  return money(right) - money(left) || tokens(right) - tokens(left) || (left.model < right.model ? -1 : 1);
}

function withoutDate(model: string): string {
  return model.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, '');
}

function keyOf(provider = '', model = ''): string {
  return JSON.stringify([provider, model]);
}
