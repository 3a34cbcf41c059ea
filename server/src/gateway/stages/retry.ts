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
          // The upstream may have done the work: one more try at most.
          if (isSentTimeout(call, thrown) && ++timedOut > 1) throw spent(call, thrown);
          if (services.isResting(call)) throw thrown;
          if (retries >= services.settings(call).maxRetries) throw retries === 0 ? thrown : spent(call, thrown);
          const delayMs = delayFor(call, thrown, { retry: retries + 1, services });
          if (delayMs === undefined) throw thrown;
          if (!services.budget.tryRetry(upstream, services.clock.monotonic())) throw spent(call, thrown);
          await pause(call, delayMs, services.clock);
          if (services.isResting(call)) throw thrown;
          call.nextReason = 'retry';
        }
      }
    },
  };
}

/** Clients that retry by themselves are told that it was done for them. */
function spent(call: Call, error: WeirError): WeirError {
  call.retriesSpent = true;
  return error;
}

/** We gave up waiting; an upstream that itself answered 408 or 504 did not leave us in doubt. */
function isSentTimeout(call: Call, error: WeirError): boolean {
  return error.code === 'upstream.timeout' && error.details.phase !== undefined && call.progress.sent;
}

/** Undefined: waiting would pass the deadline or the longest pause, so the client may wait instead. */
function delayFor(call: Call, error: WeirError, of: { retry: number; services: RetryServices }): number | undefined {
  const settings = of.services.settings(call);
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
      call.running = undefined;
      call.waitedMs += clock.monotonic() - from;
      resolve();
    });
    call.running = {
      abort(error) {
        cancel();
        call.running = undefined;
        reject(error);
      },
    };
  });
}
