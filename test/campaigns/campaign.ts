import type { OptionalProgram } from '../support/find-program.ts';

/** Many tries of one promise, drawn from a seed, so that a failure can be had again. */
export interface Campaign {
  /** `npm run campaign -- NAME`. */
  readonly name: string;
  /** One line on what is tried and what counts as a failure. */
  readonly describe: string;
  /** How many tries a full run has; `npm test` runs a twentieth of them. */
  readonly n: number;
  /** A program that it cannot do without. */
  readonly needs?: OptionalProgram;
  run(of: CampaignRun): Promise<CampaignResult>;
}

export interface CampaignRun {
  /** Tries at most; a campaign over a fixed set may have fewer. */
  readonly n: number;
  /** Decides every random choice. */
  readonly seed: number;
  /** Where campaigns that keep something keep it; absent: each on what it is about. */
  readonly database?: DatabaseChoice;
  /** Threads of the server under test, for campaigns that know them; absent: one. */
  readonly workers?: number;
}

export const DATABASE_CHOICES = ['sqlite', 'postgres', 'both'] as const;
export type DatabaseChoice = (typeof DATABASE_CHOICES)[number];

export interface CampaignResult {
  readonly attempted: number;
  readonly failed: number;
  /** What a reader wants to see besides the counts: a table, the failures in words. */
  readonly report?: string;
}

/** A generator of numbers from 0 to below 1; the same seed gives the same numbers. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The list in another order. */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
