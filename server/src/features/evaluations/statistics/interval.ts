/** Bounds that hold the true value in `level` of all cases. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}
