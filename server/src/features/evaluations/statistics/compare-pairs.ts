import { bootstrapInterval } from './bootstrap.ts';
import type { Interval } from './interval.ts';
import { mcnemarMidP } from './mcnemar.ts';
import { newcombeInterval, type PairCounts } from './newcombe.ts';
import { permutationP } from './permutation.ts';

/** Both sides' score of one item. */
export interface Pair {
  readonly item: string;
  /** What the item belongs to (a conversation, a document); undefined: to nothing. */
  readonly cluster: string | undefined;
  readonly baseline: number;
  readonly candidate: number;
}

/** A metric on both sides, and what their difference may be. */
export interface Comparison {
  readonly items: number;
  readonly clusters: number;
  readonly baseline: number;
  readonly candidate: number;
  /** Candidate minus baseline. */
  readonly difference: number;
  readonly interval: Interval;
  /** Chance of a difference at least as large when there is none. */
  readonly p: number;
  readonly method: 'mcnemar' | 'bootstrap' | 'cluster-bootstrap';
}

/**
 * Compares by pairs: shares by McNemar's test and Newcombe's interval, other scores by permutation and bootstrap, and what comes in
 * clusters by both over whole clusters. Undefined: fewer than two independent pairs say nothing.
 */
export function comparePairs(pairs: readonly Pair[], of: { level: number; seed: number }): Comparison | undefined {
  const clusters = clustersOf(pairs);
  if (clusters.length < 2) return undefined;
  const mean = (side: 'baseline' | 'candidate') => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  const [baseline, candidate] = [mean('baseline'), mean('candidate')];
  const common = {
    ...{ items: pairs.length, clusters: clusters.length },
    ...{ baseline, candidate, difference: candidate - baseline },
  };
  const isClustered = clusters.length < pairs.length;
  if (!isClustered && pairs.every(isYesOrNo)) {
    const counts = countPairs(pairs);
    const p = mcnemarMidP(counts.gained, counts.lost);
    return { ...common, interval: newcombeInterval(counts, of.level), p, method: 'mcnemar' };
  }
  const interval = bootstrapInterval(clusters, of) ?? { low: -Infinity, high: Infinity };
  const sums = clusters.map((cluster) => cluster.reduce((sum, value) => sum + value, 0));
  const p = permutationP(sums, of.seed);
  return { ...common, interval, p, method: isClustered ? 'cluster-bootstrap' : 'bootstrap' };
}

function clustersOf(pairs: readonly Pair[]): number[][] {
  const clusters = new Map<string, number[]>();
  for (const { item, cluster, baseline, candidate } of pairs) {
    const name = cluster === undefined ? `item ${item}` : `cluster ${cluster}`;
    const values = clusters.get(name);
    if (values === undefined) clusters.set(name, [candidate - baseline]);
    else values.push(candidate - baseline);
  }
  return [...clusters.values()];
}

function isYesOrNo({ baseline, candidate }: Pair): boolean {
  return (baseline === 0 || baseline === 1) && (candidate === 0 || candidate === 1);
}

function countPairs(pairs: readonly Pair[]): PairCounts {
  const count = (baseline: number, candidate: number) =>
    pairs.filter((pair) => pair.baseline === baseline && pair.candidate === candidate).length;
  return { bothPassed: count(1, 1), gained: count(0, 1), lost: count(1, 0), bothFailed: count(0, 0) };
}
