import { describe, expect, it } from 'vitest';
import { requirement } from '../../../test/support/requirement.ts';
import { NO_TOKENS } from '../kernel/usage-record.ts';
import { METRICS, type MetricRow, metricReference } from './metric-table.ts';
import { createMetrics, type MetricSources } from './metrics.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { failedRecord, sampleAttempt, sampleRecord } from './testing/sample-record.ts';

const QUIET: MetricSources = {
  breakers: () => [],
  callsInFlight: () => 0,
  cache: () => ({ coalesced: 0, stored: 0, failures: 0, isUp: true, entries: 0, bytes: 0 }),
  ledger: () => ({ unshipped: 0, lagMs: 0, healthy: true, error: null }),
  eventLoop: () => ({ meanMs: 0, p99Ms: 0, maxMs: 0 }),
  logLinesDropped: () => 0,
  telemetryDropped: () => 0,
  alerts: () => [{ kind: 'budget', outcome: 'raised', count: 2 }],
  shed: () => ({ concurrency: 3, memory: 0 }),
};

function metricsWith(options: { sources?: Partial<MetricSources>; maxSeries?: number } = {}) {
  const { sources, ...rest } = options;
  return createMetrics({ clock: new ManualClock(), version: '0.1.0', sources: { ...QUIET, ...sources }, ...rest });
}

/** Samples of one exposition by name and labels, as a scraper reads them. */
function scrape(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('#')) continue;
    const parsed = /^([a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*\})?) (\S+)$/.exec(line);
    if (parsed?.[1] === undefined) throw new Error(`not an exposition line: ${line}`);
    if (samples.has(parsed[1])) throw new Error(`shown twice: ${parsed[1]}`);
    samples.set(parsed[1], Number(parsed[2]));
  }
  return samples;
}

describe(requirement('D5'), () => {
  it("shows the seed's metrics with their names, types and labels", () => {
    const metrics = metricsWith();
    metrics.observe(sampleRecord());
    metrics.observe(sampleRecord());
    metrics.observe(failedRecord());

    const text = metrics.render();
    const samples = scrape(text);

    expect(text).toContain('# TYPE llm_requests_total counter\n');
    for (const name of ['llm_latency_seconds', 'llm_tokens_total', 'llm_cost_usd'])
      expect(text).toContain(`# TYPE ${name} histogram\n`);
    expect(samples.get('llm_requests_total{provider="openai",model="gpt-4o-mini",status="success"}')).toBe(2);
    expect(samples.get('llm_requests_total{provider="openai",model="gpt-4o-mini",status="error"}')).toBe(1);
    expect(samples.get('llm_latency_seconds_count{provider="openai",model="gpt-4o-mini"}')).toBe(3);
    expect(samples.get('llm_latency_seconds_sum{provider="openai",model="gpt-4o-mini"}')).toBeCloseTo(0.75);
    expect(samples.get('llm_tokens_total_sum{provider="openai",model="gpt-4o-mini"}')).toBe(240);
    expect(samples.get('llm_cost_usd_sum{provider="openai",model="gpt-4o-mini"}')).toBeCloseTo(0.000054, 9);
  });
});

describe('the exposition', () => {
  it('cumulates the buckets of a histogram up to the count', () => {
    const metrics = metricsWith();
    for (const ms of [4, 250, 250, 700_000]) metrics.observe(sampleRecord({ response_time_ms: ms }));
    const bucket = (le: string) =>
      scrape(metrics.render()).get(`llm_latency_seconds_bucket{provider="openai",model="gpt-4o-mini",le="${le}"}`);
    expect([bucket('0.005'), bucket('0.1'), bucket('0.25'), bucket('600'), bucket('+Inf')]).toEqual([1, 1, 3, 3, 4]);
  });

  it('escapes label values, so that no name can forge a line', () => {
    const metrics = metricsWith();
    metrics.observe(sampleRecord({ model: 'a"} 1\nforged{x="\\', attempts: [] }));
    const samples = scrape(metrics.render());
    expect([...samples.keys()].some((key) => key.startsWith('forged'))).toBe(false);
    expect(
      samples.get('llm_requests_total{provider="openai",model="a\\"} 1\\nforged{x=\\"\\\\",status="success"}'),
    ).toBe(1);
  });

  it('keeps attempts, retries, fallbacks, token buckets and error codes apart', () => {
    const metrics = metricsWith();
    metrics.observe(
      sampleRecord({
        attempts: [
          sampleAttempt({ status: 429, error_code: 'upstream.rate_limited', tokens: NO_TOKENS }),
          sampleAttempt({ attempt: 2, reason: 'retry', status: 500, error_code: 'upstream.unavailable' }),
          sampleAttempt({
            attempt: 3,
            reason: 'fallback',
            provider: 'groq',
            model: 'llama',
            tokens: { ...NO_TOKENS, input: 7, cache_read: 3 },
          }),
        ],
        cost_state: 'unpriced',
      }),
    );
    metrics.observe(failedRecord());
    metrics.rejected('auth.invalid');
    const samples = scrape(metrics.render());
    const attempt = (model: string, rest: string) => samples.get(`weir_attempts_total{${model},${rest}}`);
    const mini = 'provider="openai",model="gpt-4o-mini"';
    expect(attempt(mini, 'reason="first",outcome="upstream.rate_limited"')).toBe(1);
    expect(attempt(mini, 'reason="retry",outcome="upstream.unavailable"')).toBe(1);
    expect(attempt('provider="groq",model="llama"', 'reason="fallback",outcome="success"')).toBe(1);
    expect(samples.get('weir_retries_total')).toBe(1);
    expect(samples.get('weir_fallbacks_total')).toBe(1);
    expect(samples.get('weir_cost_unpriced_calls_total')).toBe(1);
    expect(samples.get('weir_tokens_total{provider="groq",model="llama",bucket="cache_read"}')).toBe(3);
    expect(samples.get('weir_errors_total{code="upstream.unavailable"}')).toBe(1);
    expect(samples.get('weir_errors_total{code="auth.invalid"}')).toBe(1);
  });

  it('shows the gauges of the moment, and of several credentials the worst breaker', () => {
    const metrics = metricsWith({
      sources: {
        breakers: () => [
          { provider: 'openai', model: 'gpt-4o', breaker: 'closed' },
          { provider: 'openai', model: 'gpt-4o', breaker: 'open' },
          { provider: 'groq', model: 'llama', breaker: 'half-open' },
        ],
        callsInFlight: () => 3,
        ledger: () => ({ unshipped: 12, lagMs: 1500, healthy: true, error: null }),
        eventLoop: () => ({ meanMs: 1, p99Ms: 20, maxMs: 300 }),
        logLinesDropped: () => 4,
      },
    });
    const samples = scrape(metrics.render());
    expect(samples.get('weir_breaker_state{provider="openai",model="gpt-4o"}')).toBe(2);
    expect(samples.get('weir_breaker_state{provider="groq",model="llama"}')).toBe(1);
    expect(samples.get('weir_calls_in_flight')).toBe(3);
    expect(samples.get('weir_ledger_unshipped_records')).toBe(12);
    expect(samples.get('weir_ledger_lag_seconds')).toBe(1.5);
    expect(samples.get('nodejs_eventloop_lag_max_seconds')).toBe(0.3);
    expect(samples.get('weir_log_lines_dropped_total')).toBe(4);
    expect(samples.get(`weir_build_info{version="0.1.0",node="${process.version}"}`)).toBe(1);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
  });
});

describe('the reply cache', () => {
  it('shows calls by what it did, what it saved, and how it is', () => {
    const cache = () => ({ coalesced: 3, stored: 5, failures: 2, isUp: false, entries: 7, bytes: 900 });
    const metrics = metricsWith({ sources: { cache } });
    metrics.observe(sampleRecord({ cache: 'hit', saved_nano_usd: 1_500_000_000 }));
    metrics.observe(sampleRecord({ cache: 'semantic', saved_nano_usd: 500_000_000 }));
    metrics.observe(sampleRecord({ cache: 'miss' }));
    const samples = scrape(metrics.render());
    const calls = (result: string) => samples.get(`weir_cache_calls_total{result="${result}"}`);
    expect(['hit', 'semantic', 'miss', 'bypass'].map(calls)).toEqual([1, 1, 1, 0]);
    expect(samples.get('weir_cache_saved_usd_total')).toBe(2);
    expect(samples.get('weir_cache_coalesced_total')).toBe(3);
    expect(samples.get('weir_cache_stored_total')).toBe(5);
    expect(samples.get('weir_cache_failures_total')).toBe(2);
    expect(samples.get('weir_cache_up')).toBe(0);
    expect(samples.get('weir_cache_entries')).toBe(7);
    expect(samples.get('weir_cache_bytes')).toBe(900);
  });
});

describe('names that clients make up', () => {
  const refused = { success: false, status: 404, error_code: 'model.unknown', error: 'x' } as const;

  it('counts a call that reached no provider under none', () => {
    const metrics = metricsWith();
    metrics.observe(sampleRecord({ ...refused, provider: null, model: null, attempts: [] }));
    const samples = scrape(metrics.render());
    expect(samples.get('llm_requests_total{provider="none",model="none",status="error"}')).toBe(1);
  });

  it('gives a model its provider does not know no series of its own', () => {
    const metrics = metricsWith();
    const attempts = [sampleAttempt({ model: 'gpt-made-up', status: 404, error_code: 'upstream.rejected' })];
    metrics.observe(sampleRecord({ ...refused, error_code: 'upstream.rejected', model: 'gpt-made-up', attempts }));
    const text = metrics.render();
    expect(text).not.toContain('gpt-made-up');
    expect(scrape(text).get('llm_requests_total{provider="openai",model="other",status="error"}')).toBe(1);
  });

  it('puts everything beyond the cap into one series, without losing a call', () => {
    const metrics = metricsWith({ maxSeries: 5 });
    for (let at = 0; at < 100; at++) metrics.observe(sampleRecord({ model: `model-${at}`, attempts: [] }));
    const requests = [...scrape(metrics.render())].filter(([name]) => name.startsWith('llm_requests_total'));
    expect(requests).toHaveLength(6);
    expect(requests.reduce((sum, [, value]) => sum + value, 0)).toBe(100);
    expect(new Map(requests).get('llm_requests_total{provider="other",model="other",status="success"}')).toBe(95);
  });
});

describe('the metric table', () => {
  it('names exactly the metrics that are shown, with the type they are shown with', () => {
    const metrics = metricsWith();
    metrics.observe(sampleRecord({ time_to_first_token_ms: 12 }));
    const shown = [...metrics.render().matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
    const promised = Object.entries<MetricRow>(METRICS).map(([name, row]) => `${name} ${row.type}`);
    expect(shown.toSorted()).toEqual(promised.toSorted());
  });

  it('makes one row of the reference page per metric', () => {
    const rows = metricReference().trimEnd().split('\n').slice(2);
    expect(rows).toHaveLength(Object.keys(METRICS).length);
    expect(rows[0]).toBe(
      '| `llm_requests_total` | counter | provider, model, status | Calls that ended, by status success or error |',
    );
  });
});
