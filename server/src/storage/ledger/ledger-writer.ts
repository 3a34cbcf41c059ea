import type { Line } from '../spool/line.ts';
import type { SegmentName } from '../spool/segment-name.ts';

/** Puts spooled lines into a database, a batch per transaction: records, tags, rollups, intents and the offset together. */
export interface LedgerWriter {
  /** How far a segment is stored. */
  offsetOf(segment: string): MaybePromise<number>;
  /** All of the lines and the offset behind them, or nothing. */
  store(batch: SpooledBatch): MaybePromise<void>;
  /** The segment's file is gone. */
  forget(segment: string): MaybePromise<void>;
  /** Settles, as estimated, the calls of earlier processes that nobody will settle any more; gives their number. */
  settleDead(): MaybePromise<number>;
}

export interface SpooledBatch {
  readonly lines: readonly Line[];
  readonly segment: SegmentName;
  /** Bytes of the segment up to the end of the last line. */
  readonly offset: number;
}

/** A database in this process answers at once, one on the network later. */
export type MaybePromise<T> = T | Promise<T>;
