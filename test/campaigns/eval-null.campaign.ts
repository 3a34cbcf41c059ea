import { comparePairs, type Pair } from '../../server/src/features/evaluations/statistics/compare-pairs.ts';
import { verdictOf } from '../../server/src/features/evaluations/statistics/verdict.ts';
import { Verdict } from '../chaos/support/load.ts';
import { type Campaign, seeded } from './campaign.ts';

const ALPHA = 0.05;
/** At 2,000 tries 1.5 points to both sides; a shorter run varies more. */
const STANDARD_ERRORS = 3.08;
const MARGIN = 0.03;
/** How much better the candidate is when the interval is to hold something else than 0. */
const DIFFERENCE = 0.05;

type Random = () => number;
type Make = (random: Random, difference: number) => Pair[];

/** Scores of two sides that find the same items hard. */
const METHODS: Readonly<Record<string, Make>> = {
  mcnemar: (random, difference) => pairsOf(200, () => yesOrNo(random, difference)),
  bootstrap: (random, difference) => pairsOf(120, () => graded(random, difference, 0)),
  'cluster-bootstrap': (random, difference) => {
    const offsets = Array.from({ length: 80 }, () => 0.3 * (random() - 0.5));
    return offsets.flatMap((offset, at) =>
      pairsOf(1 + Math.floor(4 * random()), () => graded(random, difference, offset)).map((pair, place) => ({
        ...pair,
        item: `${at}-${place}`,
        cluster: `c${at}`,
      })),
    );
  },
};

const evalNull: Campaign = {
  name: 'eval-null',
  describe:
    'paired comparisons of equals and of a known difference: per method 3.5-6.5% false alarms at 5%, 93.5-96.5% of the 95% intervals hold the truth, and no more equals are told better or worse',
  n: 2000,
  async run({ n, seed }) {
    const verdict = new Verdict();
    const slack = STANDARD_ERRORS * Math.sqrt((ALPHA * (1 - ALPHA)) / n);
    for (const [at, [name, make]] of Object.entries(METHODS).entries()) {
      const random = seeded(seed * 100 + at);
      const seen = { alarms: 0, covered: 0, told: 0 };
      for (let attempt = 0; attempt < n; attempt++) tryOnce(seen, { make, random, attempt });
      const [alarms, covered] = [seen.alarms / n, seen.covered / n];
      verdict.figure(`${name}: false alarms, %`, 100 * alarms);
      verdict.figure(`${name}: intervals that hold the truth, %`, 100 * covered);
      verdict.figure(`${name}: equals told better or worse, %`, (100 * seen.told) / n);
      verdict.must(Math.abs(alarms - ALPHA) <= slack, `${name}: ${100 * alarms}% false alarms`);
      verdict.must(
        Math.abs(covered - 1 + ALPHA) <= slack,
        `${name}: ${100 * covered}% of the intervals hold the truth`,
      );
      verdict.must(seen.told / n <= ALPHA + slack, `${name}: ${seen.told} of ${n} equals were told better or worse`);
    }
    return verdict.result(n);
  },
};

function tryOnce(
  seen: { alarms: number; covered: number; told: number },
  of: { make: Make; random: Random; attempt: number },
): void {
  const equals = compared(of.make(of.random, 0), of.attempt);
  const differing = compared(of.make(of.random, DIFFERENCE), of.attempt);
  if (equals.p < ALPHA) seen.alarms++;
  if (differing.interval.low <= DIFFERENCE && differing.interval.high >= DIFFERENCE) seen.covered++;
  const told = verdictOf({ ...equals, alpha: ALPHA, margin: MARGIN });
  if (told === 'better' || told === 'worse') seen.told++;
}

function compared(pairs: readonly Pair[], seed: number) {
  const comparison = comparePairs(pairs, { level: 1 - ALPHA, seed });
  if (comparison === undefined) throw new Error('too few pairs were made');
  return comparison;
}

function pairsOf(n: number, make: () => { baseline: number; candidate: number }): Pair[] {
  return Array.from({ length: n }, (_, at) => ({ item: String(at), cluster: undefined, ...make() }));
}

/** Half of the items are answered alike, the others independently. */
function yesOrNo(random: Random, difference: number) {
  const passed = 0.72;
  const shared = random();
  const isShared = random() < 0.5;
  const side = (share: number) => Number((isShared ? shared : random()) < share);
  return { baseline: side(passed), candidate: side(passed + difference) };
}

/** Skewed, with the item's own difficulty in both sides. */
function graded(random: Random, difference: number, offset: number) {
  const hard = random() ** 2;
  const side = (shift: number) => hard + 0.4 * random() ** 2 + shift;
  return { baseline: side(0), candidate: side(difference + offset) };
}

export default evalNull;
