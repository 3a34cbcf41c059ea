import { ERRORS, type ErrorCode } from '../../kernel/errors.ts';
import { NANO_PER_USD } from '../../kernel/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../kernel/time.ts';
import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { Alert, AlertKind, AlertSink } from '../../ports/alerts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LedgerState } from '../../ports/ledger.ts';
import { KeyHabits, type SurgeThresholds } from './key-habits.ts';
import { MinuteWindow } from './minute-window.ts';

/** What is known of one target; see the gateway's health. */
export interface WatchedTarget {
  readonly provider: string;
  readonly model: string;
  readonly breaker: string;
  readonly lastError: string | undefined;
}

export interface AlertWatchOptions {
  readonly clock: Clock;
  readonly sink: AlertSink;
  readonly targets: () => readonly WatchedTarget[];
  readonly ledger: () => LedgerState;
  readonly thresholds: AlertThresholds;
}

export interface AlertThresholds {
  /** Failed calls within a minute... */
  readonly errorSurgeCount: number;
  /** ...that are at least this share of all. */
  readonly errorSurgeRatio: number;
  readonly ledgerLagMs: number;
  /** Requests with keys that are not valid within a minute. */
  readonly refusedKeys: number;
  readonly keySurge: SurgeThresholds;
}

/** A trouble that lasts is told again after this time. */
const REPEAT_MS = HOUR_MS;
/** One that comes and goes is told no more often than this. */
const QUIET_MS = 5 * MINUTE_MS;
/** Calls of one provider without usable token counts before it is told. */
const UNUSABLE_USAGE = 3;
const MAX_PROVIDERS = 1000;

interface Trouble {
  readonly kind: AlertKind;
  /** What it is about, within its kind. */
  readonly subject: string;
  readonly message: string;
  readonly details: Alert['details'];
  /** Absent: about the whole server. */
  readonly projectId?: string;
  /** Absent: an hour. */
  readonly repeatMs?: number;
}

/** Finds out what an operator should hear of, from what health and metrics know anyway. */
export class AlertWatch {
  readonly #options: AlertWatchOptions;
  readonly #calls = new MinuteWindow();
  readonly #refusals = new MinuteWindow();
  readonly #habits = new KeyHabits();
  readonly #unusableUsage = new Map<string, number>();
  /** When each trouble was told last, by kind and subject. */
  readonly #told = new Map<string, number>();

  constructor(options: AlertWatchOptions) {
    this.#options = options;
  }

  /** Every settled call. */
  readonly observe = (record: UsageRecord): void => {
    const isBad = record.error_code !== null && isOurs(record.error_code as ErrorCode);
    this.#calls.add(isBad, this.#options.clock.monotonic());
    this.#habits.add(record, this.#options.clock.monotonic());
    if (record.success && record.provider !== null && record.attempts.at(-1)?.cost_state === 'estimated') {
      this.#countUnusable(record.provider);
    }
  };

  /** Every request that was refused before it became a call. */
  refused(code: ErrorCode): void {
    if (code === 'auth.invalid') this.#refusals.add(true, this.#options.clock.monotonic());
  }

  /** Looks at everything once; to be called every second or so. */
  look(): void {
    const { clock, sink } = this.#options;
    const nowMs = clock.now();
    const troubles = [...this.#providers(), ...this.#surges(), ...this.#keys(), ...this.#ledger(), ...this.#usage()];
    const standing = new Set(troubles.map(nameOf));
    for (const [name, toldAt] of this.#told) {
      if (!standing.has(name) && nowMs - toldAt >= QUIET_MS) this.#told.delete(name);
    }
    for (const trouble of troubles) {
      const name = nameOf(trouble);
      const toldAt = this.#told.get(name);
      if (toldAt !== undefined && nowMs - toldAt < (trouble.repeatMs ?? REPEAT_MS)) continue;
      this.#told.set(name, nowMs);
      const { kind, message, details, projectId } = trouble;
      sink.send({ kind, onceKey: `${name}:${nowMs}`, projectId, atMs: nowMs, message, details });
    }
  }

  #providers(): Trouble[] {
    const byProvider = new Map<string, Trouble>();
    for (const { provider, model, breaker, lastError } of this.#options.targets()) {
      const isRefused = lastError === 'upstream.auth';
      if (byProvider.has(provider) || (breaker === 'closed' && !isRefused)) continue;
      const details = { provider, model, error: lastError ?? null, breaker };
      byProvider.set(provider, {
        kind: 'provider_down',
        subject: isRefused ? `${provider}:credential` : provider,
        message: isRefused
          ? `${provider} refuses our credential. Calls to it fail until it is replaced.`
          : `${provider} is failing (${lastError ?? 'repeated failures'} on ${model}). Calls to it are refused while it rests, and tried again by themselves.`,
        details,
      });
    }
    return [...byProvider.values()];
  }

  #surges(): Trouble[] {
    const { clock, thresholds } = this.#options;
    const { errorSurgeCount, errorSurgeRatio, refusedKeys } = thresholds;
    const { good, bad } = this.#calls.read(clock.monotonic());
    const refusals = this.#refusals.read(clock.monotonic()).bad;
    const troubles: Trouble[] = [];
    if (bad >= errorSurgeCount && bad >= errorSurgeRatio * (good + bad)) {
      troubles.push({
        kind: 'error_surge',
        subject: 'calls',
        message: `${bad} of ${good + bad} calls failed within a minute.`,
        details: { failed: bad, calls: good + bad, window_s: 60 },
      });
    }
    if (refusals >= refusedKeys) {
      troubles.push({
        kind: 'key_anomaly',
        subject: 'refused',
        message: `${refusals} requests came with keys that are not valid within a minute: somebody guesses, or uses a revoked key.`,
        details: { refused: refusals, window_s: 60 },
      });
    }
    return troubles;
  }

  #keys(): Trouble[] {
    const { clock, thresholds } = this.#options;
    return this.#habits.surges(thresholds.keySurge, clock.monotonic()).map((surge) => {
      const { keyId, projectId, calls, nano } = surge;
      const [usualCalls, usd, usualUsd] = [Math.round(surge.usualCalls), inUsd(nano), inUsd(surge.usualNano)];
      return {
        kind: 'key_anomaly',
        subject: `surge:${keyId}`,
        projectId,
        message: `The key ${keyId} made ${calls} calls for ${usd} USD within a minute, at most ${usualCalls} for ${usualUsd} USD before: revoke it if that is not its owner.`,
        details: { key_id: keyId, calls, usual_calls: usualCalls, usd, usual_usd: usualUsd, window_s: 60 },
      };
    });
  }

  #ledger(): Trouble[] {
    const { unshipped, lagMs, healthy, error } = this.#options.ledger();
    if (healthy && lagMs <= this.#options.thresholds.ledgerLagMs) return [];
    return [
      {
        kind: 'ledger_lag',
        subject: 'ledger',
        message: `${unshipped} usage records are not in the database yet, the oldest for ${Math.round(lagMs / 1000)} s. None is lost; reports lag behind.`,
        details: { unshipped, lag_s: Math.round(lagMs / 1000), error },
      },
    ];
  }

  #usage(): Trouble[] {
    return [...this.#unusableUsage].flatMap(([provider, calls]) =>
      calls < UNUSABLE_USAGE ? [] : [unusable(provider, calls)],
    );
  }

  #countUnusable(provider: string): void {
    if (this.#unusableUsage.size >= MAX_PROVIDERS && !this.#unusableUsage.has(provider)) return;
    this.#unusableUsage.set(provider, (this.#unusableUsage.get(provider) ?? 0) + 1);
  }
}

function unusable(provider: string, calls: number): Trouble {
  return {
    kind: 'error_surge',
    subject: `usage:${provider}`,
    message: `${provider} sends no token counts that can be believed; its costs are estimates.`,
    details: { provider, calls, reason: 'usage_unusable' },
    repeatMs: DAY_MS,
  };
}

function inUsd(nano: number): number {
  return Number((nano / NANO_PER_USD).toFixed(4));
}

function nameOf({ kind, subject }: Trouble): string {
  return `${kind}:${subject}`;
}

/** Mistakes of clients are no reason to wake anybody. */
function isOurs(code: ErrorCode): boolean {
  const { fault } = ERRORS[code];
  return fault === 'upstream' || fault === 'weir';
}
