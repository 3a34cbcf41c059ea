import { readdirSync } from 'node:fs';

/** A file of the spool, named so that the order of the names is the order of writing. */
export interface SegmentName {
  readonly name: string;
  readonly sequence: number;
  /** Random per process: a segment is never continued by a later process. */
  readonly epoch: string;
}

const NAME = /^(\d{10})-([0-9a-z]+)\.jsonl$/;

export function segmentName(sequence: number, epoch: string): string {
  return `${String(sequence).padStart(10, '0')}-${epoch}.jsonl`;
}

/** All segments of a folder, oldest first; other files are none of the spool's business. */
export function listSegments(directory: string): SegmentName[] {
  return readdirSync(directory)
    .flatMap((name) => {
      const [, sequence, epoch] = NAME.exec(name) ?? [];
      return sequence === undefined || epoch === undefined ? [] : [{ name, sequence: Number(sequence), epoch }];
    })
    .sort((left, right) => left.sequence - right.sequence);
}
