import { estimateCount } from '../../server/src/features/log-sampling/solver/count-estimate.ts';
import { freeLines } from '../../server/src/features/log-sampling/solver/expected.ts';
import { rateOf, type Solution, solveRates } from '../../server/src/features/log-sampling/solver/solve-rates.ts';
import { type MadePattern, windowOf } from '../../server/src/features/log-sampling/testing/window-of.ts';
import { isProtected, type TrafficGroup } from '../../server/src/features/log-sampling/traffic.ts';
import { Verdict } from '../chaos/support/load.ts';
import { type Campaign, seeded } from './campaign.ts';

/** Counts below this say little of a rate. */
const COUNTED_FROM = 30;
const PATTERNS = 120;
const MOST_LINES = 8000;
const FULL_RUN = 200;

/** Sums over patterns with at least 30 lines, over all tries. */
interface Tally {
  truth: number;
  estimated: number;
  intervals: number;
  covered: number;
  farFromTarget: number;
  unreachable: number;
}

const samplingStatistics: Campaign = {
  name: 'sampling-statistics',
  describe:
    'windows of random traffic, solved for a random target and sampled: counts told from kept lines are unbiased (0.5%), their 95% intervals hold 93-97%, bytes are within 5% of the target',
  n: 400,
  async run({ n, seed }) {
    const random = seeded(seed);
    const tally: Tally = { truth: 0, estimated: 0, intervals: 0, covered: 0, farFromTarget: 0, unreachable: 0 };
    for (let at = 0; at < n; at++) tryOnce(random, tally);
    const verdict = new Verdict();
    const bias = tally.estimated / tally.truth - 1;
    const coverage = tally.covered / tally.intervals;
    verdict.figure('bias of estimated counts, %', 100 * bias);
    verdict.figure('95% intervals that hold the truth, %', 100 * coverage);
    verdict.figure('intervals', tally.intervals);
    verdict.figure('windows further than 5% from a reachable target', tally.farFromTarget);
    verdict.figure('windows with an unreachable target', tally.unreachable);
    // A short run has fewer intervals, whose share varies more.
    const slack = n >= FULL_RUN ? 1 : 2;
    verdict.must(Math.abs(bias) < 0.005 * slack, `estimated counts are off by ${100 * bias}%`);
    verdict.must(coverage > 0.95 - 0.02 * slack && coverage < 0.95 + 0.02 * slack, `intervals hold ${100 * coverage}%`);
    verdict.must(tally.farFromTarget === 0, `${tally.farFromTarget} windows were further than 5% from the target`);
    return verdict.result(n);
  },
};

function tryOnce(random: () => number, tally: Tally): void {
  const { patterns, groups } = windowOf(randomWindow(random));
  const allBytes = groups.reduce((sum, { bytes }) => sum + bytes, 0);
  const targetBytes = (0.15 + 0.7 * random()) * allBytes;
  const solution = solveRates({ patterns, groups, targetBytes, weights: new Map(), locks: {} });
  const free = freeLines(groups, solution.rates.firstK);
  let keptBytes = 0;
  const estimates = new Map<string, { truth: number; count: number; low: number; high: number; isOpen: boolean }>();
  for (const [at, group] of groups.entries()) {
    const { sampled, certain, rate } = sample({ group, free: free[at] ?? 0, solution, random });
    keptBytes += ((sampled + certain) * group.bytes) / group.lines;
    if (isProtected(group.severity)) continue;
    const { count, low, high } = estimateCount({ certain, sampled, rate });
    estimates.set(`${group.pattern} ${group.severity}`, { truth: group.lines, count, low, high, isOpen: rate < 1 });
  }
  for (const { truth, count, low, high, isOpen } of estimates.values()) {
    if (truth < COUNTED_FROM || !isOpen) continue;
    tally.truth += truth;
    tally.estimated += count;
    tally.intervals++;
    if (truth >= low && truth <= high) tally.covered++;
  }
  if (solution.target?.isReachable !== true) tally.unreachable++;
  else if (Math.abs(keptBytes / targetBytes - 1) > 0.05) tally.farFromTarget++;
}

/** What a sampler keeps of a group: the first lines for certain, of the others each by chance. */
function sample(of: { group: TrafficGroup; free: number; solution: Solution; random: () => number }) {
  const { group, solution, random } = of;
  const rate = rateOf(solution.rates, {}, group);
  const free = Math.round(of.free);
  let sampled = 0;
  for (let line = 0; line < free; line++) if (random() < rate) sampled++;
  return { sampled, certain: group.lines - free, rate };
}

/** Many rare patterns and few loud ones, some failing now and then. */
function randomWindow(random: () => number): Record<string, MadePattern> {
  const made: Record<string, MadePattern> = {};
  for (let at = 0; at < PATTERNS; at++) {
    const lines = 1 + Math.floor(MOST_LINES ** random());
    const quiet = (['DEBUG', 'INFO', 'WARNING', 'NONE'] as const)[Math.floor(4 * random())] ?? 'INFO';
    const errors = random() < 0.1 ? { ERROR: Math.ceil(lines / 50) } : {};
    made[`p${at}`] = { lines: { [quiet]: lines, ...errors }, lineBytes: 30 + Math.floor(300 * random()) };
  }
  return made;
}

export default samplingStatistics;
