import { isoSeconds } from '../kernel/time.ts';
import type { Call, RateReadings } from '../ports/call.ts';
import type { LimitReading } from '../ports/shared-state.ts';

type Headers = Record<string, string | number>;

/** How far the nearest limits are used, as clients of either wire read it. */
export function addRateHeaders(headers: Headers, rate: RateReadings, call: Pick<Call, 'wire' | 'startedAt'>): void {
  const { requests, tokens } = rate;
  if (requests !== undefined) {
    headers['x-ratelimit-limit-requests'] = requests.limit;
    headers['x-ratelimit-remaining-requests'] = Math.floor(requests.remaining);
    headers['x-ratelimit-reset-requests'] = duration(requests.resetMs);
  }
  if (tokens !== undefined) {
    headers['x-ratelimit-limit-tokens'] = tokens.limit;
    headers['x-ratelimit-remaining-tokens'] = Math.floor(tokens.remaining);
    headers['x-ratelimit-reset-tokens'] = duration(tokens.resetMs);
  }
  if (call.wire !== 'anthropic-messages') return;
  for (const what of ['requests', 'tokens'] as const) {
    const reading = rate[what];
    if (reading !== undefined) addAnthropic(headers, what, { reading, nowMs: call.startedAt });
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
