/** Milliseconds with microseconds: finer than anything that is measured here. */
export function roundMilliseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
