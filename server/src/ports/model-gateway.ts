import type { Caller } from './call.ts';

/** One question of Weir itself to a model. */
export interface ModelQuestion {
  /** Who pays and whose limits hold. */
  readonly caller: Caller;
  /** The ledger's name of what it is for: guard-judge, evaluation ... */
  readonly purpose: string;
  /** A route or `provider/model`. */
  readonly model: string;
  readonly system: string;
  readonly text: string;
  readonly maxOutputTokens: number;
  /** Of the whole call, in milliseconds. */
  readonly timeoutMs: number;
}

/** Asks models through the whole pipeline, so that limits, cost and trace are those of any call. */
export interface ModelGateway {
  /** The text of the reply. Rejects with the WeirError of the call. */
  ask(question: ModelQuestion): Promise<string>;
}
