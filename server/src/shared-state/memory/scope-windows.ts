import type { CountedLimit, Limits } from '../../kernel/limits.ts';
import { DAY_MS, SECOND_MS } from '../../kernel/time.ts';
import type { LimitReading } from '../../ports/shared-state.ts';
import { SlidingMinute } from './sliding-minute.ts';
import { UtcDay } from './utc-day.ts';

/** One instant on both clocks: minutes follow the one that never goes back, days the calendar. */
export interface Instant {
  monoMs: number;
  second: number;
  wallMs: number;
  day: number;
}

export function instantAt(monoMs: number, wallMs: number): Instant {
  return { monoMs, second: Math.floor(monoMs / SECOND_MS), wallMs, day: Math.floor(wallMs / DAY_MS) };
}

/** Everything that is counted for one scope. Windows nobody limits are not kept. */
export class ScopeWindows {
  readonly #day: UtcDay;
  #requests: SlidingMinute | undefined;
  #tokens: SlidingMinute | undefined;
  running = 0;
  /** When something was last charged, on the monotonic clock. */
  touchedMs: number;

  constructor(at: Instant) {
    this.#day = new UtcDay(at.day);
    this.touchedMs = at.monoMs;
  }

  get day(): UtcDay {
    return this.#day;
  }

  used(name: CountedLimit, at: Instant): number {
    switch (name) {
      case 'requests_per_minute':
        return this.#requests?.total(at.second) ?? 0;
      case 'tokens_per_minute':
        return this.#tokens?.total(at.second) ?? 0;
      case 'requests_per_day':
        this.#day.advance(at.day);
        return this.#day.requests;
      case 'tokens_per_day':
        this.#day.advance(at.day);
        return this.#day.tokens;
      case 'concurrency':
        return this.running;
    }
  }

  charge(limits: Limits, tokens: number, at: Instant): void {
    this.touchedMs = at.monoMs;
    this.#day.advance(at.day);
    this.#day.requests++;
    this.#day.tokens += tokens;
    this.running++;
    if (limits.requests_per_minute !== undefined) {
      this.#requests ??= new SlidingMinute(at.second);
      this.#requests.add(1, at.second);
    }
    if (limits.tokens_per_minute !== undefined) {
      this.#tokens ??= new SlidingMinute(at.second);
      this.#tokens.add(tokens, at.second);
    }
  }

  /** Corrects the tokens of a call that was charged at `at`, in the windows it was charged in. */
  correct(deltaTokens: number, at: Instant): void {
    this.running--;
    if (deltaTokens === 0) return;
    this.#tokens?.add(deltaTokens, at.second);
    if (this.#day.day === at.day) this.#day.tokens = Math.max(0, this.#day.tokens + deltaTokens);
  }

  /** Milliseconds until a further `amount` fits. */
  waitMs(name: CountedLimit, most: number, at: Instant): number {
    switch (name) {
      case 'requests_per_minute':
        return this.#requests?.waitMs(most, at.monoMs) ?? 0;
      case 'tokens_per_minute':
        return this.#tokens?.waitMs(most, at.monoMs) ?? 0;
      case 'concurrency':
        return SECOND_MS;
      default:
        return untilMidnight(this.#day.day, at);
    }
  }

  reading(name: CountedLimit, limit: number, at: Instant): LimitReading {
    return { limit, remaining: Math.max(0, limit - this.used(name, at)), resetMs: this.#resetMs(name, at) };
  }

  /** Nothing here decides anything any more. */
  isIdle(at: Instant): boolean {
    if (this.running > 0 || at.monoMs - this.touchedMs < 62 * SECOND_MS) return false;
    this.#day.advance(at.day);
    return this.#day.requests === 0 && this.#day.tokens === 0;
  }

  minutes(at: Instant): { second: number; requests: number; tokens: number }[] {
    const bySecond = new Map<number, { second: number; requests: number; tokens: number }>();
    const entry = (second: number) => {
      const known = bySecond.get(second) ?? { second, requests: 0, tokens: 0 };
      bySecond.set(second, known);
      return known;
    };
    for (const { second, amount } of this.#requests?.entries(at.second) ?? []) entry(second).requests = amount;
    for (const { second, amount } of this.#tokens?.entries(at.second) ?? []) entry(second).tokens = amount;
    return [...bySecond.values()];
  }

  #resetMs(name: CountedLimit, at: Instant): number {
    switch (name) {
      case 'requests_per_minute':
        return this.#requests?.resetMs(at.monoMs) ?? 0;
      case 'tokens_per_minute':
        return this.#tokens?.resetMs(at.monoMs) ?? 0;
      case 'concurrency':
        return 0;
      default:
        return untilMidnight(this.#day.day, at);
    }
  }
}

function untilMidnight(day: number, at: Instant): number {
  return Math.max(1, (day + 1) * DAY_MS - at.wallMs);
}
