/** A place in the spool: everything before it is written. */
export interface SpoolPosition {
  /** Number of the segment. */
  readonly sequence: number;
  /** Bytes from the start of that segment. */
  readonly offset: number;
}

export function isBefore(left: SpoolPosition, right: SpoolPosition): boolean {
  return left.sequence < right.sequence || (left.sequence === right.sequence && left.offset < right.offset);
}
