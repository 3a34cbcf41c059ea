import type { Budget } from '../../kernel/budget.ts';

/** What is wrong now, for somebody who has five seconds. */
export interface Statement {
  readonly cause: Cause;
  /** What it is about: a provider, a model, a key, a budget, a workflow. */
  readonly object: string;
  /** critical: calls fail or money goes · warning: they will. */
  readonly severity: 'critical' | 'warning';
  /** At most twelve words, with cause and object in them. */
  readonly sentence: string;
  /** The screen where it can be put right. */
  readonly href: string;
}

export type Cause =
  | 'provider_down'
  | 'provider_slow'
  | 'budget_nearly_gone'
  | 'key_leaking'
  | 'error_surge'
  | 'cache_stopped'
  | 'guardrail_false_positives'
  | 'workflow_stuck';

/** What causes are judged by. Pure data, of one project or of all. */
export interface Facts {
  readonly nowMs: number;
  /** Latest calls, oldest first. */
  readonly calls: readonly CallFact[];
  readonly targets: readonly TargetFact[];
  readonly budgets: readonly BudgetFact[];
  readonly keys: readonly KeyFact[];
  readonly judgements: readonly JudgementFact[];
  readonly runs: readonly RunFact[];
}

/** What counts of a settled call. */
export interface CallFact {
  readonly requestId: string;
  readonly projectId: string;
  /** Epoch ms of its end. */
  readonly atMs: number;
  readonly model: string;
  /** A fault of Weir or of a provider; mistakes of clients and refusals are none. */
  readonly failed: boolean;
  /** False: the reply cache was not asked. */
  readonly asksCache: boolean;
  readonly isHit: boolean;
  readonly attempts: readonly AttemptFact[];
}

export interface AttemptFact {
  readonly provider: string;
  readonly model: string;
  readonly failed: boolean;
  readonly ms: number;
}

export interface TargetFact {
  readonly provider: string;
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Code of the last failure; undefined since the last success. */
  readonly lastError: string | undefined;
}

export interface BudgetFact {
  readonly budget: Pick<Budget, 'scope' | 'id'>;
  /** For people. */
  readonly name: string;
  readonly limitNano: number;
  readonly usedNano: number;
  /** Epoch ms; endsAt is Infinity for a budget without periods. */
  readonly startsAt: number;
  readonly endsAt: number;
}

/** What a key does now, and the most it did in an hour of the last seven days. */
export interface KeyFact {
  readonly id: string;
  readonly name: string;
  /** In the last ten minutes. */
  readonly calls: number;
  readonly nano: number;
  readonly busiestHourCalls: number;
  readonly dearestHourNano: number;
  /** Hours of the last seven days, this one excepted, with calls. */
  readonly knownHours: number;
}

/** What a person said of something a guardrail found. */
export interface JudgementFact {
  readonly guardrail: string;
  readonly isFalseAlarm: boolean;
}

/** A run that should go on by itself: pending or running. */
export interface RunFact {
  readonly id: string;
  readonly workflow: string;
  /** Epoch ms of the last thing that happened in it. */
  readonly movedAt: number;
  /** A step waits for somebody to say whether it may be run again. */
  readonly needsAttention: boolean;
}
