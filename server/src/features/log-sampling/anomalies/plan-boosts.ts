import type { Anomaly } from './find-anomalies.ts';

/** A boost that is on, and what it was allowed to cost. */
export interface Boost {
  /** null: the whole service. */
  readonly pattern: string | null;
  readonly reason: Anomaly['kind'];
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly expiresAt: number;
  /** Bytes it may add until it expires, at the traffic it was made for. */
  readonly bytes: number;
}

export interface BoostQuestion {
  readonly anomalies: readonly Anomaly[];
  /** Boosts of the last hour, those that are over included. */
  readonly boosts: readonly Boost[];
  /** Lines that rates decide about, by pattern: bytes an hour at the traffic of now, and their rate without boosts. */
  readonly traffic: ReadonlyMap<string, { readonly bytesPerHour: number; readonly rate: number }>;
  /** What rates are multiplied by. */
  readonly factor: number;
  /** Most bytes an hour that all boosts together may add. */
  readonly capBytesPerHour: number;
  readonly forMs: number;
  readonly nowMs: number;
}

const HOUR_MS = 3_600_000;
const MOST_BOOSTS = 200;
/** Who comes first when not all can be afforded. */
const ORDER: readonly Anomaly['kind'][] = ['error_surge', 'error_share', 'new_pattern', 'rate_band'];

/**
 * The boosts that are on from now on: those of before that have not expired and still fit, and one for each new anomaly that the
 * cap can pay for, cheap ones first within their kind. What boosts cost is counted again at the traffic of now, so one made in
 * quiet times ends when its pattern floods.
 */
export function planBoosts(question: BoostQuestion): Boost[] {
  const { anomalies, boosts, nowMs, forMs, capBytesPerHour } = question;
  const over = boosts.filter(({ startedAt, expiresAt }) => expiresAt <= nowMs && startedAt > nowMs - HOUR_MS);
  let spent = over.reduce((sum, { bytes }) => sum + bytes, 0);
  const running = boosts
    .filter(({ expiresAt }) => expiresAt > nowMs)
    .map((boost) => ({
      ...boost,
      bytes: Math.max(boost.bytes, costOf(boost.pattern, boost.expiresAt - boost.startedAt, question)),
    }));
  const isRunning = new Set(running.map(({ pattern }) => pattern));
  const wanted = anomalies
    .filter(({ pattern }) => !isRunning.has(pattern))
    .map(({ pattern, kind }) => ({
      ...{ pattern, reason: kind, startedAt: nowMs, expiresAt: nowMs + forMs },
      bytes: costOf(pattern, forMs, question),
    }))
    .sort((a, b) => ORDER.indexOf(a.reason) - ORDER.indexOf(b.reason) || a.bytes - b.bytes);
  const granted: Boost[] = [];
  const taken = new Set<string | null>();
  for (const boost of [...running, ...wanted]) {
    if (taken.has(boost.pattern) || spent + boost.bytes > capBytesPerHour || granted.length >= MOST_BOOSTS) continue;
    taken.add(boost.pattern);
    spent += boost.bytes;
    granted.push(boost);
  }
  return granted;
}

function costOf(pattern: string | null, forMs: number, { traffic, factor }: BoostQuestion): number {
  const boosted = pattern === null ? [...traffic.values()] : [traffic.get(pattern) ?? { bytesPerHour: 0, rate: 1 }];
  const perHour = boosted.reduce(
    (sum, { bytesPerHour, rate }) => sum + bytesPerHour * (Math.min(1, rate * factor) - rate),
    0,
  );
  return (perHour * Math.min(forMs, HOUR_MS)) / HOUR_MS;
}
