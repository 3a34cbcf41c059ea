import type { ErrorCode } from '../kernel/errors.ts';
import { NANO_PER_USD } from '../kernel/money.ts';
import type { UsageRecord } from '../kernel/usage-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { LedgerState } from '../ports/ledger.ts';
import type { SharedStateMode } from '../ports/shared-state.ts';
import type { EventLoopLag } from './event-loop-lag.ts';
import { METRICS, type MetricName } from './metric-table.ts';
import { BoundMetrics } from './metrics/bound-metrics.ts';
import { Counter, sample } from './metrics/counter.ts';
import { Family, heading } from './metrics/family.ts';
import { GuardMetrics } from './metrics/guard-metrics.ts';
import { Histogram } from './metrics/histogram.ts';
import { labelText } from './metrics/label-text.ts';
import { ModelBook } from './metrics/model-book.ts';
import { renderProcess } from './metrics/process-metrics.ts';

/** Breaker of one target, as the gateway knows it. */
export interface BreakerReading {
  readonly provider: string;
  readonly model: string;
  readonly breaker: 'closed' | 'half-open' | 'open';
}

/** The reply cache of this process. */
export interface CacheReading {
  readonly coalesced: number;
  readonly stored: number;
  readonly failures: number;
  readonly isUp: boolean;
  readonly entries: number;
  readonly bytes: number;
}

/** Asked at each scrape; each answers at once. */
export interface MetricSources {
  readonly breakers: () => readonly BreakerReading[];
  readonly callsInFlight: () => number;
  /** Calls refused at once since the start, by reason. */
  readonly shed: () => { readonly concurrency: number; readonly memory: number };
  /** Alerts since the start by kind and outcome. */
  readonly alerts: () => readonly { readonly kind: string; readonly outcome: string; readonly count: number }[];
  readonly cache: () => CacheReading;
  readonly ledger: () => LedgerState;
  readonly eventLoop: () => EventLoopLag;
  /** Counts since the start of the process. */
  readonly logLinesDropped: () => number;
  readonly telemetryDropped: () => number;
  /** How limits and budgets are counted; absent: in this process. */
  readonly sharedState?: () => SharedStateMode;
  /** Calls that each thread began; absent: one thread serves. */
  readonly callsByThread?: () => readonly number[];
}

export interface MetricsOptions {
  readonly clock: Clock;
  /** Of Weir, as package.json says. */
  readonly version: string;
  readonly sources: MetricSources;
  /** Series per metric before the rest is counted as "other"; default 2,000. */
  readonly maxSeries?: number;
}

export interface Metrics {
  /** Counts a settled call; never waits, never throws. */
  observe(record: UsageRecord): void;
  /** Counts a request that was refused before it became a call. */
  rejected(code: ErrorCode): void;
  /** Counts what guardrails do. */
  readonly guards: GuardMetrics;
  /** Counts what limits and budgets decide. */
  readonly bounds: BoundMetrics;
  /** The Prometheus text exposition, version 0.0.4. */
  render(): string;
}

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Plain counters on the path of a call; all text is made when somebody asks. */
export function createMetrics(options: MetricsOptions): Metrics {
  const models = new ModelBook(options.maxSeries);
  const errors = new Family('weir_errors_total', () => new Counter(), options.maxSeries);
  const byCode = new Map<ErrorCode, Counter>();
  const overhead = new Family('weir_overhead_seconds', () => new Histogram(METRICS.weir_overhead_seconds.bounds ?? []));
  const overheadSeries = overhead.series();
  const totals = new Totals();
  const guards = new GuardMetrics();
  const bounds = new BoundMetrics();
  const startedAtMs = options.clock.now() - process.uptime() * 1000;

  function countError(code: ErrorCode): void {
    let counter = byCode.get(code);
    if (counter === undefined) {
      counter = errors.series(code);
      byCode.set(code, counter);
    }
    counter.value++;
  }

  return {
    observe(record) {
      models.observe(record);
      overheadSeries.observe(record.overhead_ms / 1000);
      totals.count(record);
      if (record.error_code !== null) countError(record.error_code);
    },
    rejected: countError,
    guards,
    bounds,
    render() {
      return [
        models.render(),
        overhead.render(),
        errors.render(),
        totals.render(),
        guards.render(),
        bounds.render(),
        renderSources(options.sources),
        renderBuild(options.version),
        renderProcess(options.sources.eventLoop(), startedAtMs),
      ].join('');
    },
  };
}

/** Counters without labels. */
class Totals {
  #retries = 0;
  #fallbacks = 0;
  #unpriced = 0;
  #savedNanoUsd = 0;
  readonly #byCache = { hit: 0, semantic: 0, miss: 0, bypass: 0 };

  count(record: UsageRecord): void {
    if (record.cost_state === 'unpriced') this.#unpriced++;
    this.#byCache[record.cache]++;
    this.#savedNanoUsd += record.saved_nano_usd;
    for (const attempt of record.attempts) {
      if (attempt.reason === 'retry') this.#retries++;
      else if (attempt.reason === 'fallback') this.#fallbacks++;
    }
  }

  #cacheCalls(): string {
    const samples = Object.entries(this.#byCache).map(([result, count]) =>
      sample('weir_cache_calls_total', labelText(METRICS.weir_cache_calls_total.labels, [result]), count),
    );
    return heading('weir_cache_calls_total') + samples.join('');
  }

  render(): string {
    return (
      single('weir_retries_total', this.#retries) +
      single('weir_fallbacks_total', this.#fallbacks) +
      single('weir_cost_unpriced_calls_total', this.#unpriced) +
      this.#cacheCalls() +
      single('weir_cache_saved_usd_total', this.#savedNanoUsd / NANO_PER_USD)
    );
  }
}

const MODE_VALUE = { local: 0, shared: 1, share: 2 };
function renderCache({ coalesced, stored, failures, isUp, entries, bytes }: CacheReading): string {
  return (
    single('weir_cache_coalesced_total', coalesced) +
    single('weir_cache_stored_total', stored) +
    single('weir_cache_failures_total', failures) +
    single('weir_cache_up', isUp ? 1 : 0) +
    single('weir_cache_entries', entries) +
    single('weir_cache_bytes', bytes)
  );
}

const BREAKER_VALUE = { closed: 0, 'half-open': 1, open: 2 };

function renderSources(sources: MetricSources): string {
  const ledger = sources.ledger();
  return (
    renderBreakers(sources.breakers()) +
    renderCache(sources.cache()) +
    single('weir_calls_in_flight', sources.callsInFlight()) +
    renderThreads(sources.callsByThread?.() ?? []) +
    renderShed(sources.shed()) +
    renderAlerts(sources.alerts()) +
    single('weir_ledger_unshipped_records', ledger.unshipped) +
    single('weir_ledger_lag_seconds', ledger.lagMs / 1000) +
    single('weir_log_lines_dropped_total', sources.logLinesDropped()) +
    single('weir_telemetry_dropped_total', sources.telemetryDropped()) +
    single('weir_shared_state_mode', MODE_VALUE[sources.sharedState?.() ?? 'local'])
  );
}

function renderThreads(calls: readonly number[]): string {
  const { labels } = METRICS.weir_worker_calls_total;
  const lines = calls.map((count, at) => sample('weir_worker_calls_total', labelText(labels, [String(at)]), count));
  return heading('weir_worker_calls_total') + lines.join('');
}

function renderShed(refused: { readonly concurrency: number; readonly memory: number }): string {
  const lines = Object.entries(refused).map(([reason, count]) =>
    sample('weir_calls_shed_total', labelText(METRICS.weir_calls_shed_total.labels, [reason]), count),
  );
  return heading('weir_calls_shed_total') + lines.join('');
}

function renderAlerts(alerts: ReturnType<MetricSources['alerts']>): string {
  const lines = alerts.map(({ kind, outcome, count }) =>
    sample('weir_alerts_total', labelText(METRICS.weir_alerts_total.labels, [kind, outcome]), count),
  );
  return heading('weir_alerts_total') + lines.join('');
}

/** A model has one target per credential; the exposition shows the worst of them. */
function renderBreakers(breakers: readonly BreakerReading[]): string {
  const worst = new Map<string, number>();
  for (const { provider, model, breaker } of breakers) {
    const labels = labelText(METRICS.weir_breaker_state.labels, [provider, model]);
    worst.set(labels, Math.max(worst.get(labels) ?? 0, BREAKER_VALUE[breaker]));
  }
  const lines = [...worst].map(([labels, value]) => sample('weir_breaker_state', labels, value));
  return heading('weir_breaker_state') + lines.join('');
}

function renderBuild(version: string): string {
  const labels = labelText(METRICS.weir_build_info.labels, [version, process.version]);
  return heading('weir_build_info') + sample('weir_build_info', labels, 1);
}

function single(name: MetricName, value: number): string {
  return heading(name) + sample(name, '', value);
}
