import type { CountedLimit, Limits } from '../kernel/limits.ts';

/**
 * Counters that all calls share: of one process (memory) or of all replicas (Redis). What waits gives a promise; the memory
 * twin never does, so a call in one process meets no promise here. A twin for worker threads fits behind the same methods.
 */
export interface SharedState {
  readonly limits: LimitCounters;
  readonly budgets: BudgetCounters;
  /** How the counters are kept just now; never waits. */
  mode(): SharedStateMode;
  close(): Promise<void>;
}

/** local: one process · shared: all replicas · share: the shared counters do not answer, limits are held by this replica's part. */
export type SharedStateMode = 'local' | 'shared' | 'share';

/** Whom a limit is for. */
export type LimitScopeName = 'key' | 'user' | 'tier' | 'project' | 'model';

/** Limits that count together. Kept by whoever configures them: the same object for the same scope, call after call. */
export interface LimitScope {
  readonly scope: LimitScopeName;
  /** The key's id, the user's label, the project's id or the model's name. */
  readonly id: string;
  /** The project the counter belongs to; '*' when it spans all. */
  readonly projectId: string;
  /** The client API it is held on; null: all. */
  readonly api: string | null;
  /** Name of the counter within the project: `user:alice`, `user@sampling:alice`. */
  readonly counter: string;
  /** Name of the counter among all: `default:user:alice`. */
  readonly name: string;
  readonly limits: Limits;
  /** Reports without refusing. */
  readonly shadow: boolean;
}

/** How far a limit is used. */
export interface LimitReading {
  readonly limit: number;
  /** Never negative. */
  readonly remaining: number;
  /** Milliseconds until the whole limit is free again when nothing else is used. */
  readonly resetMs: number;
}

/** What a call took; given back to `settle` once, whatever became of the call. */
export interface LimitGrant {
  readonly granted: true;
  readonly scopes: readonly LimitScope[];
  /** Tokens charged so far. */
  readonly tokens: number;
  /** The request limit, and the token limit, that are nearest to being used up; undefined when there is none. */
  readonly requests: LimitReading | undefined;
  readonly tokensLeft: LimitReading | undefined;
  /** A limit in shadow mode that would have refused. */
  readonly shadowed: LimitRefusal | undefined;
}

/** Nothing was charged. */
export interface LimitRefusal {
  readonly granted: false;
  readonly scope: LimitScope;
  readonly name: CountedLimit;
  readonly limit: number;
  /** In the window, without the refused call. */
  readonly used: number;
  /** Milliseconds until the same call would fit. */
  readonly retryAfterMs: number;
}

export type LimitVerdict = LimitGrant | LimitRefusal;

/** One limit and how far it is used, for people. */
export interface LimitUse extends LimitReading {
  readonly scope: LimitScope;
  readonly name: CountedLimit;
  readonly used: number;
}

/** Tokens of a call before it is made. */
export interface CallTokens {
  /** What the client asked for: these must fit. */
  readonly asked: number;
  /** What is charged until the truth is known: more than asked when the client set no limit to the reply. */
  readonly charged: number;
}

export interface LimitCounters {
  /** Checks every limit of every scope and charges all of them, or none; one step, whoever else is at it. */
  reserve(scopes: readonly LimitScope[], tokens: CallTokens): LimitVerdict | Promise<LimitVerdict>;
  /** The call ended: the tokens it really used replace those charged, and its place among the running calls is free. */
  settle(grant: LimitGrant, tokens: number): void;
  read(scopes: readonly LimitScope[]): readonly LimitUse[] | Promise<readonly LimitUse[]>;
}

/** One budget in one of its periods. */
export interface BudgetPeriod {
  readonly projectId: string;
  /** Name within the project, unique per period: `user:alice:day:1795132800000`. */
  readonly counter: string;
  /** Name among all counters. */
  readonly name: string;
  readonly limitNano: number;
  /** Epoch milliseconds; Infinity: never. The counter may be forgotten some time after. */
  readonly endsAt: number;
  /** Reports without refusing. */
  readonly shadow: boolean;
}

export interface BudgetUse {
  /** Of calls whose record is in the ledger. */
  readonly settledNano: number;
  /** Of calls that run: the worst case of the attempt under way and the cost of those before it. */
  readonly reservedNano: number;
}

export interface BudgetRefusal extends BudgetUse {
  /** Position in the list that was asked for. */
  readonly at: number;
}

/**
 * reserved: in all of them · refused: does not fit one of them, nothing was reserved · unknown: what was spent in one of them
 * has to be restored from the ledger first · unavailable: the counters do not answer.
 */
export type BudgetVerdict =
  | { readonly kind: 'reserved'; readonly shadowed: BudgetRefusal | undefined }
  | ({ readonly kind: 'refused' } & BudgetRefusal)
  | { readonly kind: 'unknown'; readonly at: number }
  | { readonly kind: 'unavailable' };

/** The end of a call for its budgets. */
export interface BudgetSettlement {
  readonly requestId: string;
  /** What the call still holds in `reserved`. */
  readonly heldNano: number;
  readonly costNano: number;
}

/**
 * Money that is reserved and spent. The ledger is the record; counters are restored from it whenever they are not known.
 * At every instant settled + reserved <= limit, as long as no attempt costs more than its reservation.
 */
export interface BudgetCounters {
  reserve(periods: readonly BudgetPeriod[], nano: number): BudgetVerdict | Promise<BudgetVerdict>;
  /** An attempt ended: its reservation becomes what it cost; negative gives back. */
  adjust(periods: readonly BudgetPeriod[], deltaNano: number): void;
  /** The call's record is in the ledger. Gives what is settled in each period afterwards; undefined where that is not known. */
  settle(
    periods: readonly BudgetPeriod[],
    of: BudgetSettlement,
  ): readonly (number | undefined)[] | Promise<readonly (number | undefined)[]>;
  /** Undefined: not restored yet. */
  read(period: BudgetPeriod): BudgetUse | undefined | Promise<BudgetUse | undefined>;
  /** Request ids that were settled while the counter was not known: the ledger may have them or not. */
  unplaced(period: BudgetPeriod): readonly string[] | Promise<readonly string[]>;
  /** Sets what the ledger says was spent. `inLedger`: the unplaced ids whose cost is part of it. Does nothing when known already. */
  restore(
    period: BudgetPeriod,
    of: { readonly spentNano: number; readonly inLedger: ReadonlySet<string> },
  ): void | Promise<void>;
}
