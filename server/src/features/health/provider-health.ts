import type { Clock } from '../../ports/clock.ts';
import { CachedCheck } from './cached-check.ts';
import type { ProviderHealth } from './health-report.ts';

/** A configured provider, as far as its health goes. */
export interface WatchedProvider {
  readonly name: string;
  readonly baseUrl: string;
  /** Shown when no traffic named a model yet; absent when it has no default. */
  readonly model: string | undefined;
  readonly hasCredential: boolean;
  /** The operator named its address: only such addresses are probed. */
  readonly trusted: boolean;
}

/** What live traffic taught about one target. */
export interface TargetReading {
  readonly provider: string;
  readonly model: string;
  readonly credential: string;
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Smoothed, in milliseconds; undefined before the first success. */
  readonly latencyMs: number | undefined;
  /** Error code of the last failure; undefined since the last success. */
  readonly lastError: string | undefined;
}

/** Finds out whether somebody listens at an address, without asking for anything; gives the milliseconds it took. */
export type Probe = (baseUrl: string) => Promise<number>;

const PROBE_KEPT_MS = 60_000;
const PROBE_WAIT_MS = 1000;

/** Live traffic decides; a provider nobody has called yet is probed. */
export class ProviderWatch {
  readonly #probe: Probe;
  readonly #clock: Clock;
  readonly #probes = new Map<string, CachedCheck<number>>();

  constructor(probe: Probe, clock: Clock) {
    this.#probe = probe;
    this.#clock = clock;
  }

  async health(provider: WatchedProvider, targets: readonly TargetReading[]): Promise<ProviderHealth> {
    if (!provider.hasCredential) return { status: 'disabled', response_time_ms: null, model: provider.model ?? null };
    return targets.length > 0 ? fromTraffic(targets) : this.#fromProbe(provider);
  }

  async #fromProbe(provider: WatchedProvider): Promise<ProviderHealth> {
    const model = provider.model ?? null;
    if (!provider.trusted) return { status: 'healthy', response_time_ms: null, model };
    const result = await this.#check(provider.baseUrl).read();
    if (result.kind === 'passed') return { status: 'healthy', response_time_ms: round(result.value), model };
    const error =
      result.kind === 'running'
        ? `The probe had no answer within ${PROBE_WAIT_MS} ms.`
        : `The probe found nobody at its address (${codeOf(result.error)}).`;
    return { status: result.kind === 'running' ? 'degraded' : 'unhealthy', response_time_ms: null, model, error };
  }

  #check(baseUrl: string): CachedCheck<number> {
    let check = this.#probes.get(baseUrl);
    if (check === undefined) {
      check = new CachedCheck(() => this.#probe(baseUrl), {
        keepMs: PROBE_KEPT_MS,
        waitMs: PROBE_WAIT_MS,
        clock: this.#clock,
      });
      this.#probes.set(baseUrl, check);
    }
    return check;
  }
}

/** The worst target speaks for the provider; a refused credential counts less while another one works. */
function fromTraffic(targets: readonly TargetReading[]): ProviderHealth {
  const broken = targets.find((target) => target.breaker !== 'closed');
  if (broken !== undefined) {
    const cause = broken.lastError ?? 'repeated failures';
    return reading(broken, 'unhealthy', `Its circuit breaker is ${broken.breaker} after ${cause}.`);
  }
  const refused = targets.find((target) => target.lastError === REFUSED);
  if (refused !== undefined) {
    const another = targets.some((target) => target.credential !== refused.credential && target.lastError !== REFUSED);
    return reading(refused, another ? 'degraded' : 'unhealthy', 'The provider refused our credential.');
  }
  const failed = targets.find((target) => target.lastError !== undefined);
  if (failed !== undefined) return reading(failed, 'degraded', `Its last call failed: ${failed.lastError}.`);
  const fastest = targets.reduce((best, target) =>
    (target.latencyMs ?? Number.POSITIVE_INFINITY) < (best.latencyMs ?? Number.POSITIVE_INFINITY) ? target : best,
  );
  return reading(fastest, 'healthy');
}

const REFUSED = 'upstream.auth';

function reading(target: TargetReading, status: ProviderHealth['status'], error?: string): ProviderHealth {
  const responseTime = target.latencyMs === undefined ? null : round(target.latencyMs);
  const health = { status, response_time_ms: responseTime, model: target.model };
  return error === undefined ? health : { ...health, error };
}

/** Codes of the operating system are safe to show; messages may name addresses. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'no connection';
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
