import type { Interval } from './interval.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { randomNumbers } from './random.ts';

export interface Resampling {
  readonly level: number;
  readonly seed: number;
  /** 10,000 when absent. */
  readonly resamples?: number;
}

/** Differences of pairs that belong together (one conversation, one document) and vary together. */
export type Cluster = readonly number[];

const RESAMPLES = 10_000;

/**
 * The interval of a mean difference by the bias-corrected and accelerated bootstrap: B. Efron, "Better bootstrap confidence
 * intervals" (JASA 82, 1987); the acceleration is the jackknife's. Whole clusters are drawn (A. C. Davison and D. V. Hinkley,
 * "Bootstrap methods and their application", 1997, 3.8); independent pairs are clusters of one. Undefined: fewer than two.
 */
export function bootstrapInterval(clusters: readonly Cluster[], of: Resampling): Interval | undefined {
  const sums = Float64Array.from(clusters, (cluster) => cluster.reduce((sum, value) => sum + value, 0));
  const sizes = Float64Array.from(clusters, (cluster) => cluster.length);
  if (sums.length < 2) return undefined;
  const mean = total(sums) / total(sizes);
  if (isConstant(sums, sizes, mean)) return { low: mean, high: mean };
  const means = resampledMeans(sums, sizes, of);
  const bias = normalQuantile(shareBelow(means, mean));
  const acceleration = accelerationOf(sums, sizes);
  means.sort();
  const bound = (p: number) => {
    const shifted = bias + normalQuantile(p);
    return quantile(means, normalCdf(bias + shifted / (1 - acceleration * shifted)));
  };
  return { low: bound((1 - of.level) / 2), high: bound((1 + of.level) / 2) };
}

function resampledMeans(sums: Float64Array, sizes: Float64Array, of: Resampling): Float64Array {
  const next = randomNumbers(of.seed);
  const n = sums.length;
  const scale = n / 2 ** 32;
  const means = new Float64Array(of.resamples ?? RESAMPLES);
  for (let at = 0; at < means.length; at++) {
    let [sum, size] = [0, 0];
    for (let draw = 0; draw < n; draw++) {
      const drawn = Math.floor(next() * scale);
      sum += sums[drawn] as number;
      size += sizes[drawn] as number;
    }
    means[at] = sum / size;
  }
  return means;
}

/** Ties count half: with scores on a grid many resampled means are exactly the observed one. */
function shareBelow(means: Float64Array, mean: number): number {
  const tolerance = 1e-12 * Math.max(1, Math.abs(mean));
  let [below, same] = [0, 0];
  for (const each of means) {
    if (Math.abs(each - mean) <= tolerance) same++;
    else if (each < mean) below++;
  }
  // Never all on one side: the quantile of 0 and 1 is infinite.
  const half = 0.5 / means.length;
  return Math.min(1 - half, Math.max(half, (below + same / 2) / means.length));
}

function accelerationOf(sums: Float64Array, sizes: Float64Array): number {
  const [sum, size] = [total(sums), total(sizes)];
  const left = sums.map((each, at) => (sum - each) / (size - (sizes[at] as number)));
  const middle = total(left) / left.length;
  let [squares, cubes] = [0, 0];
  for (const each of left) {
    squares += (middle - each) ** 2;
    cubes += (middle - each) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

function isConstant(sums: Float64Array, sizes: Float64Array, mean: number): boolean {
  return sums.every((sum, at) => sum === mean * (sizes[at] as number));
}

/** Between the two nearest of the sorted values. */
function quantile(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return low + (high - low) * (place - Math.floor(place));
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
