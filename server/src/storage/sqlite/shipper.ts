import { existsSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Recovery, Shipped } from '../ledger/ledger-backend.ts';
import type { Line } from '../spool/line.ts';
import type { SpoolPosition } from '../spool/position.ts';
import { listSegments, type SegmentName, segmentName } from '../spool/segment-name.ts';
import { SegmentReader } from '../spool/segment-reader.ts';
import type { LedgerWriter } from './ledger-writer.ts';

export interface ShipperOptions {
  readonly directory: string;
  readonly epoch: string;
  readonly firstSequence: number;
}

/** Copies spool segments into the database and removes those that are stored completely. */
export class Shipper {
  readonly #options: ShipperOptions;
  readonly #writer: LedgerWriter;
  readonly #own: Copied = { lines: 0, bytes: 0, damaged: 0 };
  #sequence: number;
  #reader: SegmentReader | undefined;
  #recovery: Recovery | undefined;

  constructor(writer: LedgerWriter, options: ShipperOptions) {
    this.#writer = writer;
    this.#options = options;
    this.#sequence = options.firstSequence;
  }

  /** Done once; after a failure the next call goes on where it stopped. */
  recover(): Recovery {
    if (this.#recovery) return this.#recovery;
    const found: Copied = { lines: 0, bytes: 0, damaged: 0 };
    const segments = listSegments(this.#options.directory).filter(({ sequence }) => sequence < this.#sequence);
    for (const segment of segments) {
      const reader = new SegmentReader(this.#path(segment.name), this.#writer.offsetOf(segment.name));
      try {
        this.#copy(reader, { segment, limit: Number.POSITIVE_INFINITY, copied: found });
      } finally {
        reader.close();
      }
      this.#remove(segment.name);
    }
    const settledCalls = this.#writer.settleDead();
    this.#recovery = { segments: segments.length, lines: found.lines, damagedLines: found.damaged, settledCalls };
    return this.#recovery;
  }

  ship(upTo: SpoolPosition): Shipped {
    this.recover();
    while (this.#sequence < upTo.sequence) this.#finishSegment();
    if (upTo.offset > 0) this.#copyOwn(upTo.offset);
    return { position: upTo, lines: this.#own.lines, bytes: this.#own.bytes };
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }

  /** Nothing is written to a segment once there is a later one. */
  #finishSegment(): void {
    const { name } = this.#ownSegment();
    if (existsSync(this.#path(name))) {
      this.#copyOwn(Number.POSITIVE_INFINITY);
      this.close();
      this.#remove(name);
    }
    this.#sequence++;
  }

  #copyOwn(limit: number): void {
    const segment = this.#ownSegment();
    this.#reader ??= new SegmentReader(this.#path(segment.name), 0);
    this.#copy(this.#reader, { segment, limit, copied: this.#own });
  }

  #ownSegment(): SegmentName {
    const { epoch } = this.#options;
    return { name: segmentName(this.#sequence, epoch), sequence: this.#sequence, epoch };
  }

  #copy(reader: SegmentReader, { segment, limit, copied }: Copying): void {
    for (;;) {
      const start = reader.offset;
      const lines: Line[] = [];
      let damaged = 0;
      const more = reader.read(limit, { line: (line) => lines.push(line), damaged: () => damaged++ });
      if (!more) return;
      if (reader.offset === start) continue;
      try {
        this.#writer.store(lines, segment, reader.offset);
      } catch (error) {
        reader.rewind(start);
        throw error;
      }
      copied.lines += lines.length;
      copied.bytes += reader.offset - start;
      copied.damaged += damaged;
    }
  }

  /** The file first: an offset without a file is harmless, a file without an offset is only read again. */
  #remove(name: string): void {
    unlinkSync(this.#path(name));
    this.#writer.forget(name);
  }

  #path(name: string): string {
    return join(this.#options.directory, name);
  }
}

interface Copying {
  readonly segment: SegmentName;
  /** Offset to stop at. */
  readonly limit: number;
  readonly copied: Copied;
}

interface Copied {
  lines: number;
  bytes: number;
  damaged: number;
}
