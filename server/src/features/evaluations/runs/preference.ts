import type { MetricPairs, MetricVerdict } from '../comparison/compare-runs.ts';
import { PREFERENCE } from './run-definition.ts';
import type { ResultView } from './views.ts';

/** What a pairwise judge says of the candidate. */
export interface JudgedPreference {
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** The order of the answers decided: such items do not count. */
  readonly inconsistent: number;
  /** Could not be judged. */
  readonly withoutAnswer: number;
  /** Undefined: fewer than two items count. */
  readonly verdict: MetricVerdict | undefined;
  /** Choices by place over all asks. */
  readonly position: { readonly first: number; readonly second: number };
  /** Items that count where one answer is longer: in how many it won, of how many. */
  readonly longer: { readonly won: number; readonly of: number };
}

/** Wins are paired with losses, so that the verdict is the sign test of what held in both orders. */
export async function preferenceIn(
  results: readonly ResultView[],
  of: {
    clusters: ReadonlyMap<string, string>;
    compare: (pairs: MetricPairs) => Promise<readonly MetricVerdict[]>;
  },
): Promise<JudgedPreference> {
  const count = { wins: 0, losses: 0, ties: 0, inconsistent: 0, withoutAnswer: 0 };
  const position = { first: 0, second: 0 };
  const longer = { won: 0, of: 0 };
  const pairs: MetricPairs['pairs'][number][] = [];
  for (const { result, output, scores } of results) {
    const pair = output?.pair;
    position.first += pair?.first ?? 0;
    position.second += pair?.second ?? 0;
    const score = scores.find(({ metric }) => metric === PREFERENCE)?.score;
    if (score === undefined) {
      count[pair === undefined ? 'withoutAnswer' : 'inconsistent']++;
      continue;
    }
    count[score === 1 ? 'wins' : score === 0 ? 'losses' : 'ties']++;
    const item = result.item_id;
    pairs.push({ item, cluster: of.clusters.get(item), baseline: score === 0 ? 1 : 0, candidate: score === 1 ? 1 : 0 });
    if (score === 0.5 || pair === undefined || pair.longer === 'neither') continue;
    longer.of++;
    if (pair.longer === (score === 1 ? 'candidate' : 'baseline')) longer.won++;
  }
  const [verdict] = await of.compare({ metric: PREFERENCE, pairs });
  return { ...count, verdict, position, longer };
}
