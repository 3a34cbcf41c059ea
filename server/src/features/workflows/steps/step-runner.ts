import type { Json } from '../../../kernel/json.ts';
import type { UsageRecord } from '../../../kernel/usage-record.ts';
import type { Allowance, BudgetInForce } from '../../../ports/budgets.ts';
import type { Caller } from '../../../ports/call.ts';
import type { Effect, Scope, StepOf, StepType } from '../flow.ts';

/** The step types that do something outside; control steps (condition, map, wait, approval ...) are the engine's. */
export type WorkType = Extract<StepType, 'sampling' | 'tool' | 'prompt' | 'resource' | 'http' | 'eval'>;

/** How one type of step is done. Rejections are WeirErrors; their code, message and `retryable` decide what the engine does next. */
export interface StepRunner<T extends WorkType = WorkType> {
  readonly type: T;
  /** Rejects a missing path with `request.invalid`, naming step, path and the nearest name. Pure. */
  render(step: StepOf<T>, scope: Scope): Json;
  effect(step: StepOf<T>, input: Json): Effect | Promise<Effect>;
  /** True: it makes one model call, under the request id the engine chose. */
  readonly asksModel: boolean;
  /** Does the work once. */
  perform(step: StepOf<T>, input: Json, attempt: Attempt): Promise<StepResult>;
}

export interface Attempt {
  readonly runId: string;
  readonly path: string;
  readonly stepName: string;
  /** 1 for the first. */
  readonly number: number;
  /** The same for every try of one effect: run, path, and the number of the deliberate tries before. */
  readonly idempotencyKey: string;
  readonly requestId: string;
  readonly caller: Caller;
  readonly userId: string | undefined;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Budgets of the run, the step and those around, besides those of key, user and project. */
  readonly budgets: readonly BudgetInForce[];
  /** Calls and tokens that they may use. */
  readonly allowances: readonly Allowance[];
  /** A person approved a dear call of this step: no budget asks again. */
  readonly isApproved: boolean;
  /** Told of each question to a model that a tool's server asks meanwhile; it settles when the question is over. */
  readonly asks: (question: Promise<unknown>) => void;
  /** Told of the record of each model call, also when the attempt fails: what it cost. */
  readonly settled: (record: UsageRecord) => void;
  /** Resolves when the answer is durable; called before the ledger settles the call. */
  keep(result: StepResult): Promise<void>;
}

export interface StepResult {
  readonly output: Json;
  /** What `output` was taken from, when it says more. */
  readonly raw?: Json;
  /** Tokens that the output reports in OpenAI's, Anthropic's or the generic form, of steps that asked no model through Weir. */
  readonly tokens?: number;
  /** As the provider reported it; undefined: no model, or nobody said. */
  readonly model?: string;
}
