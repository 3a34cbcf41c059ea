import type { LogPolicy, PolicyPattern } from '@weir/contract';
import { parseSignature } from '@weir/sampler/signature';
import type { Clock } from '../../../ports/clock.ts';
import type { LogServiceRow } from '../../../ports/storage.ts';
import { type Boost, planBoosts } from '../anomalies/plan-boosts.ts';
import { decider } from '../decide.ts';
import type { LogPolicies, StoredBoost } from '../policies/log-policies.ts';
import { isProtected, type LineSeverity } from '../traffic.ts';
import { LiveTraffic, type ReportedLines, type SignatureTraffic } from './live-traffic.ts';

export interface BoostSettings {
  readonly forMs: number;
  readonly capBytesPerHour: number;
}

const MOST_SERVICES = 200;
const HOUR_MS = 3_600_000;

/** Watches what samplers report, and boosts what is unusual. What it knows is this process's, and gone with it. */
export class TrafficWatch {
  readonly #services = new Map<number, LiveTraffic>();
  readonly #policies: LogPolicies;
  readonly #clock: Clock;
  readonly #settings: () => BoostSettings;

  constructor(of: { policies: LogPolicies; clock: Clock; settings: () => BoostSettings }) {
    this.#policies = of.policies;
    this.#clock = of.clock;
    this.#settings = of.settings;
  }

  /** Counts a report (signatures that are not Weir's are left out); once a minute it looks for anomalies, and stores boosts when they change. */
  async report(service: LogServiceRow, reported: readonly ReportedLines[]): Promise<void> {
    const live = this.#liveOf(service.id);
    // Samplers refuse a policy that names a signature they cannot read.
    const ours = reported.filter(({ signature }) => parseSignature(signature) !== undefined);
    if (!live.add(ours, this.#clock.now())) return;
    const policy = await this.#policies.inForce(service);
    if (policy === undefined) return;
    const before = this.#policies.boosts(service);
    const after = this.#boostsFor({ live, policy, before });
    if (JSON.stringify(after) !== JSON.stringify(before)) await this.#policies.setBoosts(service, after);
  }

  #boostsFor(of: { live: LiveTraffic; policy: LogPolicy; before: readonly StoredBoost[] }): StoredBoost[] {
    const { live, policy, before } = of;
    const nowMs = this.#clock.now();
    const { forMs, capBytesPerHour } = this.#settings();
    const ids = new Map(
      Object.entries(policy.patterns).flatMap(([id, { signatures }]) => signatures.map((one) => [one, id])),
    );
    const patternOf = (signature: string) => ids.get(signature) ?? signature;
    const traffic = new Map<string, { bytesPerHour: number; rate: number }>();
    const rateOf = decider(policy);
    for (const one of live.traffic()) addTraffic(traffic, { one, pattern: patternOf(one.signature), rateOf });
    const examples = new Map(live.traffic().map((one) => [one.signature, one.example]));
    const running = planBoosts({
      ...{ anomalies: live.anomalies(patternOf), boosts: before, traffic },
      ...{ factor: policy.anomaly_boost, capBytesPerHour, forMs, nowMs },
    });
    const shown = (pattern: string | null): { shown?: PolicyPattern } =>
      pattern === null || policy.patterns[pattern] !== undefined
        ? {}
        : { shown: { template: examples.get(pattern) ?? '', signatures: [pattern] } };
    return [...ended(before, running, nowMs), ...running.map((boost) => ({ ...boost, ...shown(boost.pattern) }))];
  }

  #liveOf(serviceId: number): LiveTraffic {
    const live = this.#services.get(serviceId) ?? new LiveTraffic();
    this.#services.delete(serviceId);
    this.#services.set(serviceId, live);
    if (this.#services.size > MOST_SERVICES) this.#services.delete(this.#services.keys().next().value ?? 0);
    return live;
  }
}

/** Boosts that are over still count for an hour; those that the cap ended are over now. */
function ended(before: readonly StoredBoost[], running: readonly Boost[], nowMs: number): StoredBoost[] {
  const isRunning = (boost: Boost) =>
    running.some(({ pattern, startedAt }) => pattern === boost.pattern && startedAt === boost.startedAt);
  return before
    .filter((boost) => !isRunning(boost) && boost.startedAt > nowMs - HOUR_MS)
    .map((boost) => ({ ...boost, expiresAt: Math.min(boost.expiresAt, nowMs) }));
}

/** Adds one signature to what its pattern brings an hour: only lines that rates decide about, and their mean rate. */
function addTraffic(
  traffic: Map<string, { bytesPerHour: number; rate: number }>,
  of: { one: SignatureTraffic; pattern: string; rateOf: ReturnType<typeof decider> },
): void {
  const { one, pattern, rateOf } = of;
  const { signature } = one;
  const counts = one.severities.size === 0 ? new Map([[undefined, 1]]) : one.severities;
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0) || 1;
  for (const [name, count] of counts) {
    const severity = name as LineSeverity | undefined;
    if (isProtected(severity)) continue;
    const rate = rateOf({ signature, severity });
    const bytesPerHour = (one.bytesPerHour * count) / all;
    const known = traffic.get(pattern) ?? { bytesPerHour: 0, rate: 1 };
    const sum = known.bytesPerHour + bytesPerHour;
    traffic.set(pattern, {
      bytesPerHour: sum,
      rate: sum === 0 ? rate : (known.bytesPerHour * known.rate + bytesPerHour * rate) / sum,
    });
  }
}
