import { isoSeconds } from '../kernel/time.ts';
import type { Call, RateReadings } from '../ports/call.ts';
import type { LimitReading } from '../ports/shared-state.ts';

type Headers = Record<string, string | number>;

/** How far the nearest limits are used, as clients of either wire read it. */
export function addRateHeaders(headers: Headers, rate: RateReadings, call: Pick<Call, 'wire' | 'startedAt'>): void {
  const isAnthropic = call.wire === 'anthropic-messages';
  for (const what of ['requests', 'tokens'] as const) {
    const reading = rate[what];
    if (reading === undefined) continue;
    headers[`x-ratelimit-limit-${what}`] = reading.limit;
    headers[`x-ratelimit-remaining-${what}`] = Math.floor(reading.remaining);
    headers[`x-ratelimit-reset-${what}`] = duration(reading.resetMs);
    if (isAnthropic) addAnthropic(headers, what, { reading, nowMs: call.startedAt });
  }
}

function addAnthropic(headers: Headers, what: string, of: { reading: LimitReading; nowMs: number }): void {
  const { reading, nowMs } = of;
  headers[`anthropic-ratelimit-${what}-limit`] = reading.limit;
  headers[`anthropic-ratelimit-${what}-remaining`] = Math.floor(reading.remaining);
  headers[`anthropic-ratelimit-${what}-reset`] = isoSeconds(Math.ceil((nowMs + reading.resetMs) / 1000) * 1000);
}

/** As OpenAI writes it: `6m0s`, `12h5m1s`, `61s`, `0s`. */
function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${seconds % 60}s`;
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds % 60}s`;
}
