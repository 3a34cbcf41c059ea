const WINDOW_MS = 60_000;

export interface RateReading {
  requestLimit: number;
  requestsLeft: number;
  tokenLimit: number;
  tokensLeft: number;
  /** Milliseconds until both are full again. */
  resetMs: number;
}

interface Window {
  startedAt: number;
  requests: number;
  tokens: number;
}

/** Counts per credential and minute, for the rate-limit headers. It never refuses: faults do that. */
export class RateMeter {
  #windows = new Map<string, Window>();
  readonly #limits = { requests: 10_000, tokens: 2_000_000 };

  charge(credential: string, tokens: number, now: number): RateReading {
    let window = this.#windows.get(credential);
    if (!window || now - window.startedAt >= WINDOW_MS) {
      if (this.#windows.size > 10_000) this.#windows.clear();
      window = { startedAt: now, requests: 0, tokens: 0 };
      this.#windows.set(credential, window);
    }
    window.requests += 1;
    window.tokens += tokens;
    return {
      requestLimit: this.#limits.requests,
      requestsLeft: Math.max(0, this.#limits.requests - window.requests),
      tokenLimit: this.#limits.tokens,
      tokensLeft: Math.max(0, this.#limits.tokens - window.tokens),
      resetMs: window.startedAt + WINDOW_MS - now,
    };
  }
}

/** The duration notation of OpenAI-style headers: `1m0s`, `12.5s`, `40ms`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))}ms`;
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds.toFixed(3)}s` : `${Math.floor(seconds / 60)}m${Math.floor(seconds % 60)}s`;
}
