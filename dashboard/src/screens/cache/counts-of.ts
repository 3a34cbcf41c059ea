/** One line of a usage report grouped by what the cache did. */
export interface OutcomeGroup {
  readonly cache: 'hit' | 'semantic' | 'miss' | 'bypass';
  readonly hour?: string;
  readonly day?: string;
  readonly model?: string | null;
  readonly request_count: number;
  readonly saved_usd: number;
}

/** The usage report of such groups. */
export interface OutcomeReport {
  readonly saved_usd: number;
  readonly groups: readonly OutcomeGroup[];
}

export interface Counts {
  readonly hits: number;
  /** Answered with the reply to a request that means the same. */
  readonly meant: number;
  readonly misses: number;
}

export function countsOf(groups: readonly OutcomeGroup[]): Counts {
  const count = (outcome: OutcomeGroup['cache']) =>
    groups.filter(({ cache }) => cache === outcome).reduce((sum, group) => sum + group.request_count, 0);
  return { hits: count('hit'), meant: count('semantic'), misses: count('miss') };
}
