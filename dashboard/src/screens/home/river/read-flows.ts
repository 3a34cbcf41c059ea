import type { HealthLevel } from '../../../parts/health.tsx';

/** Sums of the calls of one key at one provider, as the usage report gives them. */
export interface ReportGroup {
  readonly key: string | null;
  /** Null: no provider was asked. */
  readonly provider: string | null;
  readonly total_cost: number;
  readonly saved_usd: number;
  readonly request_count: number;
  /** 0 to 1. */
  readonly success_rate: number;
}

/** What the width of a stream stands for. */
export type Measure = 'spend' | 'calls';

/** A stream into or out of Weir. */
export interface Stream {
  /** Unique on its side. */
  readonly id: string;
  readonly name: string;
  /** USD or calls. */
  readonly amount: number;
  readonly calls: number;
  /** 0 to 1. */
  readonly success: number;
  readonly level: HealthLevel;
  readonly kind: 'key' | 'provider' | 'cache' | 'stopped' | 'rest';
}

export interface Flows {
  readonly inflows: readonly Stream[];
  readonly outflows: readonly Stream[];
}

/** More streams than this on one side are hard to tell apart; the rest flow together. */
const MOST = 7;
const NO_KEY = 'no key';

/** Keys at the left, providers at the right, and what never reached one: answered from the cache, or stopped here. */
export function readFlows(
  groups: readonly ReportGroup[],
  of: {
    readonly measure: Measure;
    readonly keyName: (id: string) => string;
    readonly providerLevel: (name: string) => HealthLevel;
  },
): Flows {
  const { measure } = of;
  const amountOf = (group: ReportGroup) =>
    measure === 'calls' ? group.request_count : group.total_cost + group.saved_usd;
  const inflows = streams(groups, {
    name: (group) => (group.key === null ? NO_KEY : group.key),
    amount: amountOf,
    make: (id, sums) => ({ ...sums, id, name: of.keyName(id), kind: 'key', level: levelOf(sums.success) }),
  });
  const outflows = streams(
    groups.filter(({ provider }) => provider !== null),
    {
      name: (group) => group.provider ?? '',
      amount: (group) => (measure === 'calls' ? group.request_count : group.total_cost),
      make: (id, sums) => ({ ...sums, id, name: id, kind: 'provider', level: of.providerLevel(id) }),
    },
  );
  return { inflows, outflows: [...outflows, ...elsewhere(groups, measure)] };
}

/** What went to no provider. */
function elsewhere(groups: readonly ReportGroup[], measure: Measure): Stream[] {
  if (measure === 'spend') {
    const saved = sum(groups.map(({ saved_usd }) => saved_usd));
    const stream = { id: 'cache', name: 'Saved by the cache', amount: saved, calls: 0, success: 1 } as const;
    return saved === 0 ? [] : [{ ...stream, level: 'good', kind: 'cache' }];
  }
  const stopped = sum(groups.filter(({ provider }) => provider === null).map((group) => group.request_count));
  const stream = { id: 'stopped', name: 'Stopped here', amount: stopped, calls: stopped, success: 0 } as const;
  return stopped === 0 ? [] : [{ ...stream, level: 'warn', kind: 'stopped' }];
}

type Sums = Pick<Stream, 'amount' | 'calls' | 'success'>;

function streams(
  groups: readonly ReportGroup[],
  of: {
    readonly name: (group: ReportGroup) => string;
    readonly amount: (group: ReportGroup) => number;
    readonly make: (id: string, sums: Sums) => Stream;
  },
): Stream[] {
  const byName = Map.groupBy(groups, of.name);
  const all = [...byName]
    .map(([id, own]) => of.make(id, sumsOf(own, of.amount)))
    .filter(({ amount, calls }) => amount > 0 || calls > 0)
    .toSorted((a, b) => b.amount - a.amount || a.name.localeCompare(b.name));
  if (all.length <= MOST) return all;
  const rest = all.slice(MOST - 1);
  return [...all.slice(0, MOST - 1), together(rest)];
}

function together(rest: readonly Stream[]): Stream {
  const calls = sum(rest.map((stream) => stream.calls));
  const success = calls === 0 ? 1 : sum(rest.map((stream) => stream.calls * stream.success)) / calls;
  const amount = sum(rest.map((stream) => stream.amount));
  return { id: 'rest', name: `${rest.length} others`, amount, calls, success, level: levelOf(success), kind: 'rest' };
}

function sumsOf(groups: readonly ReportGroup[], amount: (group: ReportGroup) => number): Sums {
  const calls = sum(groups.map((group) => group.request_count));
  const succeeded = sum(groups.map((group) => group.request_count * group.success_rate));
  return { amount: sum(groups.map(amount)), calls, success: calls === 0 ? 1 : succeeded / calls };
}

function levelOf(success: number): HealthLevel {
  return success < 0.9 ? 'bad' : success < 0.98 ? 'warn' : 'good';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, next) => all + next, 0);
}
