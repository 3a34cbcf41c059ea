export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Start of the UTC hour or day that holds the instant. */
export function startOfHour(atMs: number): number {
  return atMs - (atMs % HOUR_MS);
}

export function startOfDay(atMs: number): number {
  return atMs - (atMs % DAY_MS);
}

export function nextUtcMidnight(atMs: number): number {
  return startOfDay(atMs) + DAY_MS;
}

/** ISO 8601 without milliseconds when they are zero: `2026-11-20T00:00:00Z`. */
export function isoSeconds(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}
