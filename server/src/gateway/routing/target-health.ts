import type { Target } from '../../ports/call.ts';
import type { Credential } from '../../ports/provider.ts';
import { type BreakerSettings, type BreakerState, CircuitBreaker } from './circuit-breaker.ts';
import type { Candidate } from './targets.ts';

export interface TargetStatus {
  readonly provider: string;
  readonly model: string;
  readonly credential: string;
  readonly breaker: BreakerState;
  /** Smoothed response time of successes in milliseconds; undefined before the first. */
  readonly latencyMs: number | undefined;
  readonly lastError: string | undefined;
}

interface Health {
  readonly target: Target;
  readonly breaker: CircuitBreaker;
  latencyMs: number | undefined;
  lastError: string | undefined;
}

const SMOOTHING = 0.2;
/** Clients choose model names, so their number needs a bound. */
const MAX_TARGETS = 10_000;

/** What is known of every target that was used: its breaker and its speed. */
export class TargetHealth {
  readonly #settings: BreakerSettings;
  readonly #byName = new Map<string, Health>();
  /** The same by object: targets are kept, so a look-up on the path of a call makes no string. */
  readonly #byTarget = new WeakMap<Target, Health>();
  readonly #targets = new WeakMap<Credential, Map<string, Target>>();
  /** Credentials an upstream refused with 401 or 403, until one of their calls succeeds. */
  readonly #refused = new Set<string>();

  constructor(settings: BreakerSettings) {
    this.#settings = settings;
  }

  /** The target of a candidate and a credential: the same object for as long as both are the same. */
  target(candidate: Candidate, credential: Credential): Target {
    let byModel = this.#targets.get(credential);
    if (byModel === undefined) {
      byModel = new Map();
      this.#targets.set(credential, byModel);
    }
    const known = byModel.get(candidate.model);
    if (known?.provider === candidate.provider && known.timeoutMs === candidate.timeoutMs) return known;
    const target: Target = { ...candidate, credential };
    if (byModel.size >= MAX_TARGETS) byModel.clear();
    byModel.set(candidate.model, target);
    return target;
  }

  breaker(target: Target): CircuitBreaker {
    return this.#health(target).breaker;
  }

  succeeded(target: Target, of: { nowMono: number; latencyMs: number }): void {
    const health = this.#health(target);
    health.breaker.success(of.nowMono);
    health.latencyMs =
      health.latencyMs === undefined ? of.latencyMs : health.latencyMs + SMOOTHING * (of.latencyMs - health.latencyMs);
    health.lastError = undefined;
    if (this.#refused.size > 0) this.#refused.delete(credentialKey(target));
  }

  failed(target: Target, of: { nowMono: number; error: string }): void {
    const health = this.#health(target);
    health.breaker.failure(of.nowMono);
    health.lastError = of.error;
  }

  refused(target: Target): void {
    this.#refused.add(credentialKey(target));
    this.#health(target).lastError = 'upstream.auth';
  }

  isRefused(target: Target): boolean {
    return this.#refused.size > 0 && this.#refused.has(credentialKey(target));
  }

  /** Smoothed latency over all credentials of a provider's model; undefined when never used. */
  latencyMs(provider: string, model: string): number | undefined {
    let best: number | undefined;
    for (const health of this.#byName.values()) {
      if (health.target.provider.name !== provider || health.target.model !== model) continue;
      if (health.latencyMs !== undefined && (best === undefined || health.latencyMs < best)) best = health.latencyMs;
    }
    return best;
  }

  all(nowMono: number): TargetStatus[] {
    return [...this.#byName.values()].map((health) => ({
      provider: health.target.provider.name,
      model: health.target.model,
      credential: health.target.credential.id,
      breaker: health.breaker.state(nowMono),
      latencyMs: health.latencyMs,
      lastError: health.lastError,
    }));
  }

  #health(target: Target): Health {
    const known = this.#byTarget.get(target);
    if (known !== undefined) return known;
    const name = targetName(target);
    let health = this.#byName.get(name);
    if (health === undefined) {
      health = { target, breaker: new CircuitBreaker(this.#settings), latencyMs: undefined, lastError: undefined };
      if (this.#byName.size >= MAX_TARGETS) this.#forgetOldest();
      this.#byName.set(name, health);
    }
    this.#byTarget.set(target, health);
    return health;
  }

  #forgetOldest(): void {
    const [oldest] = this.#byName.keys();
    if (oldest !== undefined) this.#byName.delete(oldest);
  }
}

function credentialKey(target: Target): string {
  return `${target.provider.name} ${target.credential.id}`;
}

function targetName(target: Target): string {
  return `${target.provider.name} ${target.model} ${target.credential.id}`;
}
