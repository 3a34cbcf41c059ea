import { isWeirError, type WeirError } from '../../kernel/errors.ts';
import type { Call } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import { type BackoffSettings, backoffMs } from '../routing/backoff.ts';
import type { RetryBudget } from '../routing/retry-budget.ts';
import type { Stage } from '../stage.ts';

export interface RetrySettings extends BackoffSettings {
  /** Retries after the first try: 3 means up to 4 tries. */
  readonly maxRetries: number;
}

export interface RetryServices {
  readonly settings: (call: Call) => RetrySettings;
  readonly budget: RetryBudget;
  /** The target's breaker opened: more tries would only add to the outage. */
  readonly isResting: (call: Call) => boolean;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Tries the same target again after failures that may pass, before anything reached the client. */
export function retry(services: RetryServices): Stage {
  return {
    name: 'retry',
    async around(call, next) {
      const upstream = call.target?.provider.name ?? '';
      services.budget.countRequest(upstream, services.clock.monotonic());
      let timedOut = 0;
      for (let retries = 0; ; retries++) {
        try {
          return await next();
        } catch (thrown) {
          if (!isWeirError(thrown) || !thrown.retryable || call.committed || call.cancelled) throw thrown;
          if (isSentTimeout(call, thrown) && ++timedOut > 1) throw thrown;
          if (services.isResting(call)) throw thrown;
          const delayMs = delayFor(call, thrown, { retry: retries + 1, services });
          if (delayMs === undefined || !services.budget.tryRetry(upstream, services.clock.monotonic())) {
            call.retriesSpent = true;
            throw thrown;
          }
          call.nextReason = 'retry';
          await pause(call, delayMs, services.clock);
        }
      }
    },
  };
}

/** The upstream may have done the work: one more try at most. */
function isSentTimeout(call: Call, error: WeirError): boolean {
  return error.code === 'upstream.timeout' && call.progress.sent;
}

/** Undefined: no retry is left, or waiting would pass the deadline or the longest pause. */
function delayFor(call: Call, error: WeirError, of: { retry: number; services: RetryServices }): number | undefined {
  const settings = of.services.settings(call);
  if (of.retry > settings.maxRetries) return undefined;
  const delay = Math.max(backoffMs(of.retry, settings, of.services.random), error.retryAfterMs ?? 0);
  if ((error.retryAfterMs ?? 0) > settings.maxDelayMs) return undefined;
  const left = call.limits.totalMs - (of.services.clock.monotonic() - call.startedMono);
  return delay >= left ? undefined : delay;
}

/** Waits, but not for a client that left. */
function pause(call: Call, delayMs: number, clock: Clock): Promise<void> {
  const from = clock.monotonic();
  return new Promise((resolve, reject) => {
    const cancel = clock.after(delayMs, () => {
      call.abort = undefined;
      call.waitedMs += clock.monotonic() - from;
      resolve();
    });
    call.abort = (error) => {
      cancel();
      call.abort = undefined;
      reject(error);
    };
  });
}
