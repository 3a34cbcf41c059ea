import type { JsonObject } from '../../../kernel/json.ts';
import type { Check } from '../item.ts';

/** Who answers: a model with its settings, and what it is told. */
export interface Candidate {
  /** A route or model. */
  readonly model: string;
  /** Templates; absent: those of the prompt, or the item's own messages. */
  readonly messages?: readonly { readonly role: string; readonly content: string }[];
  /** A version of a stored prompt, with the settings that belong to it; absent: none. */
  readonly prompt?: { readonly name: string; readonly version: number; readonly settings: JsonObject };
  /** Fields of the OpenAI chat wire besides model and messages, as they were asked for: they come before the prompt's. */
  readonly settings: JsonObject;
}

/** All that a run needs to be done again; it never changes. */
export type RunDefinition = CandidateDefinition | PairDefinition;

/** A candidate answers every item, and checks score the answers. */
export interface CandidateDefinition {
  readonly candidate: Candidate;
  readonly checks: readonly Check[];
  /** Model of judges that name none; absent: they must. */
  readonly judge?: string;
  readonly trials: number;
}

/** A judge says of every item which of two runs answered it better. */
export interface PairDefinition {
  readonly pair: Pair;
  /** Model that judges. */
  readonly judge: string;
  readonly trials: 1;
}

export interface Pair {
  /** Ids of runs, and who answered in them. */
  readonly baseline: PairSide;
  readonly candidate: PairSide;
  /** What counts, in words. */
  readonly criteria: string;
}

export interface PairSide {
  readonly run: string;
  readonly model: string;
}

/** The score that says whether all checks of an item passed. */
export const PASS = 'pass';
/** The score of a pair: 1 the candidate is better, 0.5 neither, 0 the baseline. */
export const PREFERENCE = 'preference';

/** What is stored of a result, sealed. */
export interface ResultOutput {
  readonly text: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly model: string;
  readonly finishReason: string;
  /** Safe message of the call's error; absent: none. */
  readonly error?: string;
  /** Checks that gave no score, and why. */
  readonly problems: readonly { readonly metric: string; readonly message: string }[];
  /** Of a pair that was judged; absent: it was none. */
  readonly pair?: JudgedPair;
}

export interface JudgedPair {
  /** Of the two asks, how many chose what stood first and what stood second. */
  readonly first: number;
  readonly second: number;
  readonly longer: 'baseline' | 'candidate' | 'neither';
}
