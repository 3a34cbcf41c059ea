import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import type { SpoolPosition } from '../spool/position.ts';

/** The database side of the ledger, on a thread of its own. */
export interface LedgerBackend {
  /** For reading; requests run in the order they are made, behind the shipping asked for before. */
  readonly db: Kysely<Schema>;
  /** Ships what earlier processes left, then settles the calls that died with them. */
  recover(): Promise<Recovery>;
  /** Copies this process' spool into the database up to the position. */
  ship(upTo: SpoolPosition): Promise<Shipped>;
  close(): Promise<void>;
}

/** Totals of this process, not of one batch. */
export interface Shipped {
  readonly position: SpoolPosition;
  readonly lines: number;
  readonly bytes: number;
}

export interface Recovery {
  /** Segments of earlier processes that were shipped. */
  readonly segments: number;
  /** Their lines, intents included. */
  readonly lines: number;
  /** Torn or damaged lines that were left out. */
  readonly damagedLines: number;
  /** Calls settled as estimated because their process died. */
  readonly settledCalls: number;
}
