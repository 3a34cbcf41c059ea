/** counter: only grows · gauge: now · histogram: cumulative buckets with sum and count, as Prometheus has them. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface MetricRow {
  readonly type: MetricType;
  /** Label names in the order in which values are given. */
  readonly labels: readonly string[];
  /** One line, shown to whoever reads the exposition or the reference page. */
  readonly help: string;
  /** Upper bounds of a histogram's buckets in the metric's unit, ascending; +Inf is implied. */
  readonly bounds?: readonly number[];
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const FIRST_TOKEN_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const OVERHEAD_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];
const GUARD_SECONDS = [0.00001, 0.000025, 0.0001, 0.00025, 0.001, 0.0025, 0.01, 0.05, 0.25, 1, 5];
const TOKENS = [10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000];
const USD = [0.00001, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 50];

const PER_MODEL = ['provider', 'model'];

/** Every metric `GET /metrics` shows. The exposition, the reference page and the pin test read this table. */
export const METRICS = {
  llm_requests_total: counter([...PER_MODEL, 'status'], 'Calls that ended, by status success or error'),
  llm_latency_seconds: histogram(PER_MODEL, SECONDS, 'Time from the arrival of a call to the end of its reply'),
  llm_tokens_total: histogram(PER_MODEL, TOKENS, 'Tokens of a call, prompt and reply, over all its attempts'),
  llm_cost_usd: histogram(PER_MODEL, USD, 'Cost of a call in USD, over all its attempts'),
  weir_overhead_seconds: histogram([], OVERHEAD_SECONDS, "Weir's own share of the time of a call"),
  weir_time_to_first_token_seconds: histogram(
    PER_MODEL,
    FIRST_TOKEN_SECONDS,
    'Time from the arrival of a streamed call to its first part',
  ),
  weir_tokens_total: counter([...PER_MODEL, 'bucket'], 'Tokens (images: a count) by disjoint bucket'),
  weir_attempts_total: counter(
    [...PER_MODEL, 'reason', 'outcome'],
    'Tries against an upstream by reason (first, retry, fallback, reask) and outcome (success or an error code)',
  ),
  weir_retries_total: counter([], 'Attempts made because the one before failed on the same target'),
  weir_fallbacks_total: counter([], 'Attempts made on another target than the first'),
  weir_errors_total: counter(['code'], 'Calls and requests that ended with an error, by its code'),
  weir_cost_unpriced_calls_total: counter([], 'Calls whose cost is not known because no price is'),
  weir_guardrail_checks_total: counter(
    ['direction', 'tier'],
    'Requests and replies that guardrails looked at, by tier: inline (always), full (the call waited), background',
  ),
  weir_guardrail_findings_total: counter(
    ['guardrail', 'action', 'direction'],
    'What guardrails found, by what was done: monitor, redact or block',
  ),
  weir_guardrail_blocks_total: counter(['guardrail', 'direction'], 'Calls that a guardrail ended'),
  weir_guardrail_unscanned_total: counter(
    ['direction'],
    'Requests and replies the full detectors did not look at: no room, too late, or a detector failed',
  ),
  weir_guardrail_seconds: histogram(['tier'], GUARD_SECONDS, 'Time of one look at a request or reply'),
  weir_limit_refusals_total: counter(
    ['scope', 'limit', 'mode'],
    'Calls that a limit refused (mode refused) or, in shadow mode, would have refused (mode shadow)',
  ),
  weir_budget_refusals_total: counter(
    ['scope', 'mode'],
    'Attempts that did not fit a budget: refused, or only reported (mode shadow)',
  ),
  weir_budget_alerts_total: counter(['scope', 'share'], 'Shares of budgets (alert_at) that were reached'),
  weir_shared_state_mode: gauge(
    [],
    "How counters are kept: 0 in this process, 1 shared in Redis, 2 this replica's part, because Redis does not answer",
  ),
  weir_breaker_state: gauge(PER_MODEL, 'Circuit breaker of a target: 0 closed, 1 half-open, 2 open'),
  weir_cache_calls_total: counter(['result'], 'Calls by what the reply cache did: hit, semantic, miss or bypass'),
  weir_cache_saved_usd_total: counter([], 'What calls would have cost without the reply cache, in USD'),
  weir_cache_coalesced_total: counter([], 'Hits that waited for an identical call instead of making one'),
  weir_cache_stored_total: counter([], 'Replies put into the reply cache'),
  weir_cache_failures_total: counter([], 'Lookups and writes of the reply cache that its backend did not do'),
  weir_cache_up: gauge([], '1 while the backend of the reply cache answers, 0 while it is left alone'),
  weir_cache_entries: gauge([], 'Replies in the memory of this process; 0 when Redis keeps them'),
  weir_cache_bytes: gauge([], 'Bytes of replies in the memory of this process; 0 when Redis keeps them'),
  weir_calls_in_flight: gauge([], 'Calls that have started and not ended'),
  weir_worker_calls_total: counter(
    ['worker'],
    'Calls that each thread began, with more than one; the main thread is 0',
  ),
  weir_calls_shed_total: counter(['reason'], 'Calls refused at once because of concurrency or memory'),
  weir_alerts_total: counter(
    ['kind', 'outcome'],
    'Alerts by outcome: raised, delivered to the webhook, undelivered after a day, or dropped because too many waited',
  ),
  weir_ledger_unshipped_records: gauge([], 'Records that are durable in the spool and not yet in the database'),
  weir_ledger_lag_seconds: gauge([], 'Age of the oldest record that is not yet in the database'),
  weir_log_lines_dropped_total: counter([], 'Log lines dropped because their destination does not take them'),
  weir_telemetry_dropped_total: counter([], 'Spans dropped because the collector does not take them'),
  weir_build_info: gauge(['version', 'node'], 'Always 1; the labels say what runs'),
  process_cpu_user_seconds_total: counter([], 'CPU time in user mode'),
  process_cpu_system_seconds_total: counter([], 'CPU time in the kernel'),
  process_cpu_seconds_total: counter([], 'CPU time in user mode and in the kernel'),
  process_start_time_seconds: gauge([], 'Start of the process in seconds since the epoch'),
  process_resident_memory_bytes: gauge([], 'Resident memory'),
  nodejs_heap_size_total_bytes: gauge([], 'JavaScript heap, reserved'),
  nodejs_heap_size_used_bytes: gauge([], 'JavaScript heap, used'),
  nodejs_external_memory_bytes: gauge([], 'Memory of buffers outside the JavaScript heap'),
  nodejs_eventloop_lag_seconds: gauge([], 'Mean delay of the event loop in the last window'),
  nodejs_eventloop_lag_p99_seconds: gauge([], '99th percentile of the delay of the event loop in the last window'),
  nodejs_eventloop_lag_max_seconds: gauge([], 'Longest delay of the event loop in the last window'),
} as const satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof METRICS;

/** The table of the reference page, in Markdown. */
export function metricReference(): string {
  const rows = Object.entries<MetricRow>(METRICS).map(
    ([name, row]) => `| \`${name}\` | ${row.type} | ${row.labels.join(', ') || '-'} | ${row.help} |`,
  );
  return ['| name | type | labels | meaning |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function counter(labels: readonly string[], help: string): MetricRow {
  return { type: 'counter', labels, help };
}

function gauge(labels: readonly string[], help: string): MetricRow {
  return { type: 'gauge', labels, help };
}

function histogram(labels: readonly string[], bounds: readonly number[], help: string): MetricRow {
  return { type: 'histogram', labels, bounds, help };
}
