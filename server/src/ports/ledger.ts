import type { IntentRecord, UsageRecord } from '../kernel/usage-record.ts';

/** The durable record of calls. Writing never waits for a database; reading sees everything written by this process. */
export interface Ledger {
  /** Resolves when the intent is durable at the configured level; several written in one turn of the event loop share one write. */
  intend(record: IntentRecord): Promise<void>;
  /** Resolves when the record is durable at the configured level. A record settles all intents of its request id. */
  settle(record: UsageRecord): Promise<void>;
  /** Newest first. */
  records(query: RecordQuery): Promise<Page<UsageRecord>>;
  /** Sums from the rollups (whole hours) and, for open bounds inside an hour, from the rows. */
  report(query: ReportQuery): Promise<ReportRow[]>;
  /** Which of these calls (at most 10,000 request ids) have their record; everything this process wrote counts. */
  settledAmong(requestIds: readonly string[]): Promise<readonly string[]>;
  /** The records of these calls, as far as they have one; in no order. */
  calls(requestIds: readonly string[]): Promise<readonly UsageRecord[]>;
  /** For health and metrics; never waits. */
  state(): LedgerState;
  /** Ships what is spooled, flushes to disk, stops. */
  close(): Promise<void>;
}

export interface RecordQuery {
  /** Absent: all projects (admin only; the caller checks). */
  readonly projectId?: string;
  readonly userId?: string;
  readonly keyId?: string;
  /** Only calls that this workflow run made. */
  readonly runId?: string;
  readonly requestId?: string;
  readonly model?: string;
  readonly succeeded?: boolean;
  /** True: only calls in which a guardrail found something. */
  readonly found?: boolean;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** 1..1000 */
  readonly limit: number;
  /** Opaque, from the page before. */
  readonly cursor?: string;
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

export type GroupBy = 'agent' | 'model' | 'provider' | 'user' | 'key' | 'hour' | 'day' | 'tag' | 'cache';

export interface ReportQuery {
  readonly projectId?: string;
  readonly userId?: string;
  readonly keyId?: string;
  /** Client wires to count (the seeds' limits look only at their own); absent means all. */
  readonly wires?: readonly string[];
  /** Half-open [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly groupBy: readonly GroupBy[];
}

export interface ReportRow {
  /** One value per groupBy entry, in order; '' for calls without it; hour and day as epoch ms in text. */
  readonly group: readonly string[];
  readonly calls: number;
  readonly succeeded: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** nano-USD; a bigint because sums pass 2^53. */
  readonly costNano: bigint;
  readonly unpriced: number;
  readonly estimated: number;
  /** nano-USD that cache hits would have cost. */
  readonly savedNano: bigint;
}

export interface LedgerState {
  /** Records written to the spool and not yet in the database. */
  readonly unshipped: number;
  /** Milliseconds since the oldest unshipped record was written; 0 when none. */
  readonly lagMs: number;
  readonly healthy: boolean;
  /** Last error of the shipper, safe to show. */
  readonly error: string | null;
}
