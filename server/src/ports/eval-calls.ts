import type { WeirError } from '../kernel/errors.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import type { BudgetInForce } from './budgets.ts';
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
  /** The run and its item, as the ledger names them. */
  readonly run: { readonly id: string; readonly item: string };
  /** Of the run, besides those of the caller. */
  readonly budgets: readonly BudgetInForce[];
  /** Of the whole call, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends the call in flight with `call.cancelled`. */
  readonly signal: AbortSignal;
  /** Resolves when what was answered is durable, before the ledger settles the call. A rejection is the call's failure. */
  readonly keep: (answer: SaidAnswer) => Promise<void>;
}

/** What a model said. */
export interface SaidAnswer {
  /** Of the call and its record. */
  readonly requestId: string;
  readonly text: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: Json }[];
  /** stop, length, refusal ... */
  readonly finishReason: string;
}

export interface EvalAnswer extends SaidAnswer {
  /** Undefined: it was answered. */
  readonly error: WeirError | undefined;
  /** As the provider reported it. */
  readonly model: string;
  readonly costNano: number;
  readonly latencyMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Calls of evaluation runs, and what the ledger has of them. */
export interface EvalCalls {
  /** Through the whole pipeline. Never rejects for what happens in a call: `error` says it. */
  ask(call: EvalCall): Promise<EvalAnswer>;
  /** What was said in an earlier call with what the ledger has of it. */
  known(said: SaidAnswer): Promise<EvalAnswer>;
  /** nano-USD that all calls of a run cost so far, those that a dead process left included. */
  spentBy(run: { readonly id: string; readonly projectId: string }): Promise<number>;
}
