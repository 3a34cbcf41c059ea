import type { IncomingHttpHeaders } from 'node:http';
import type { TimeLimits } from '../../ports/call.ts';

export interface TimeLimitSettings {
  readonly wire: TimeLimits;
  readonly seed: TimeLimits;
  /** Longest deadline a client may ask for. */
  readonly maxTotalMs: number;
}

/** Wire APIs: the configured limits, shortened by the deadline the client's SDK tells (`x-stainless-timeout`, seconds). */
export function wireTimeLimits(headers: IncomingHttpHeaders, settings: TimeLimitSettings): TimeLimits {
  const asked = Number(headers['x-stainless-timeout']);
  if (!Number.isFinite(asked) || asked <= 0) return settings.wire;
  const totalMs = Math.min(asked * 1000, settings.maxTotalMs);
  return {
    totalMs,
    attemptMs: Math.min(totalMs, settings.wire.attemptMs),
    idleMs: Math.min(totalMs, settings.wire.idleMs),
    ...(totalMs < settings.wire.totalMs ? { askedByClient: true } : {}),
  };
}
