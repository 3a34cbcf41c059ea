import { existsSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from '../spool/line.ts';
import type { SpoolPosition } from '../spool/position.ts';
import { listSegments, type SegmentName, segmentName } from '../spool/segment-name.ts';
import { SegmentReader } from '../spool/segment-reader.ts';
import type { Recovery, Shipped } from './ledger-backend.ts';
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
  async recover(): Promise<Recovery> {
    if (this.#recovery) return this.#recovery;
    const found: Copied = { lines: 0, bytes: 0, damaged: 0 };
    const segments = listSegments(this.#options.directory).filter(({ sequence }) => sequence < this.#sequence);
    for (const segment of segments) {
      const reader = new SegmentReader(this.#path(segment.name), await this.#writer.offsetOf(segment.name));
      try {
        await this.#copy(reader, { segment, limit: Number.POSITIVE_INFINITY, copied: found });
      } finally {
        reader.close();
      }
      await this.#remove(segment.name);
    }
    const settledCalls = await this.#writer.settleDead();
    this.#recovery = { segments: segments.length, lines: found.lines, damagedLines: found.damaged, settledCalls };
    return this.#recovery;
  }

  async ship(upTo: SpoolPosition): Promise<Shipped> {
    await this.recover();
    while (this.#sequence < upTo.sequence) await this.#finishSegment();
    if (upTo.offset > 0) await this.#copyOwn(upTo.offset);
    return { position: upTo, lines: this.#own.lines, bytes: this.#own.bytes };
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }

  /** Nothing is written to a segment once there is a later one. */
  async #finishSegment(): Promise<void> {
    const { name } = this.#ownSegment();
    if (existsSync(this.#path(name))) {
      await this.#copyOwn(Number.POSITIVE_INFINITY);
      this.close();
      await this.#remove(name);
    }
    this.#sequence++;
  }

  async #copyOwn(limit: number): Promise<void> {
    const segment = this.#ownSegment();
    this.#reader ??= new SegmentReader(this.#path(segment.name), 0);
    await this.#copy(this.#reader, { segment, limit, copied: this.#own });
  }

  #ownSegment(): SegmentName {
    const { epoch } = this.#options;
    return { name: segmentName(this.#sequence, epoch), sequence: this.#sequence, epoch };
  }

  async #copy(reader: SegmentReader, { segment, limit, copied }: Copying): Promise<void> {
    for (;;) {
      const start = reader.offset;
      const lines: Line[] = [];
      let damaged = 0;
      const more = reader.read(limit, { line: (line) => lines.push(line), damaged: () => damaged++ });
      if (!more) return;
      if (reader.offset === start) continue;
      try {
        await this.#writer.store({ lines, segment, offset: reader.offset });
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
  async #remove(name: string): Promise<void> {
    unlinkSync(this.#path(name));
    await this.#writer.forget(name);
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
