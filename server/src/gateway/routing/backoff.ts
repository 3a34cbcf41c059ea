export interface BackoffSettings {
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** full: uniform in [0, ceiling) so that clients do not retry in step; none: exactly the ceiling. */
  readonly jitter: 'full' | 'none';
}

/** Delay before retry number `retry` (1 for the first): base, 2 base, 4 base ... up to the maximum, under jitter. */
export function backoffMs(retry: number, settings: BackoffSettings, random: () => number): number {
  const ceiling = Math.min(settings.maxDelayMs, settings.baseDelayMs * 2 ** (retry - 1));
  return settings.jitter === 'none' ? ceiling : Math.floor(random() * ceiling);
}
