import type { Json, JsonObject } from '../../kernel/json.ts';

/** What is asked of an output: an evaluator and what it needs. */
export interface Check {
  /** Name of the score it gives. */
  readonly metric: string;
  /** An evaluator of the registry. */
  readonly type: string;
  /** Null: the item's own. */
  readonly expected: Json;
  readonly options: JsonObject;
  /** Least score that passes. */
  readonly threshold: number;
  /** It passes when it fails. */
  readonly isNegated: boolean;
  /** The stored evaluator it comes from; absent: none. */
  readonly evaluator?: { readonly name: string; readonly version: number };
}

/** One case of a dataset. */
export interface ItemContent {
  /** Values for the candidate's templates. */
  readonly vars: JsonObject;
  /** Sent as they are when the candidate has no messages of its own; absent: none. */
  readonly messages?: readonly JsonObject[];
  /** What is right; null: nobody said. */
  readonly expected: Json;
  /** What it belongs to (a conversation, a document): items of one cluster vary together. */
  readonly cluster?: string;
  /** Checks of this item alone, besides the run's. */
  readonly checks?: readonly Check[];
}
