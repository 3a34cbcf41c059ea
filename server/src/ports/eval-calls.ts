import type { WeirError } from '../kernel/errors.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import type { Caller } from './call.ts';

/** One call of an evaluation: to the candidate, or to a judge. */
export interface EvalCall {
  /** The key of the run: its limits, budgets and the models it may use hold. */
  readonly caller: Caller;
  /** The ledger's name of what it is for: evaluation, eval-judge. */
  readonly purpose: string;
  /** A body of the OpenAI chat wire without `stream`. */
  readonly body: JsonObject;
  /** Answered by the provider in any case: what a cache gives says nothing about latency. */
  readonly isFresh: boolean;
  /** Of the whole call, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends the call in flight with `call.cancelled`. */
  readonly signal: AbortSignal;
}

export interface EvalAnswer {
  /** Of the call and its record. */
  readonly requestId: string;
  /** Undefined: it was answered. */
  readonly error: WeirError | undefined;
  readonly text: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: Json }[];
  /** stop, length, refusal ... */
  readonly finishReason: string;
  /** As the provider reported it. */
  readonly model: string;
  readonly costNano: number;
  readonly latencyMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Calls through the whole pipeline. Never rejects for what happens in a call: `error` says it. */
export type AskForEvaluation = (call: EvalCall) => Promise<EvalAnswer>;
