import type { UsageRecord } from '../kernel/usage-record.ts';
import type { ReportCollector } from './otlp/counting-exporter.ts';
import type { DescribeProvider } from './otlp/gen-ai-attributes.ts';

export interface OtlpOptions {
  /** Base URL of the collector; `/v1/traces` and `/v1/metrics` are added. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly serviceVersion: string;
  readonly describe: DescribeProvider;
  readonly report: ReportCollector;
  /** Spans waiting for the collector before new ones are dropped; default 4,096. */
  readonly maxPendingSpans?: number;
}

export interface Otlp {
  /** Queues the spans and values of a settled call; never waits, never throws. */
  observe(record: UsageRecord, call: { readonly attribution: { readonly traceparent: string | undefined } }): void;
  /** Spans lost so far. */
  dropped(): number;
  /** Sends what is queued, for at most two seconds, and stops. */
  close(): Promise<void>;
}

const MAX_PENDING_SPANS = 4096;
const SPAN_DELAY_MS = 1000;
const METRIC_INTERVAL_MS = 15_000;
const EXPORT_TIMEOUT_MS = 5000;
const CLOSE_MS = 2000;

/** Traces and metrics over OTLP/HTTP. The libraries are loaded only when a collector is configured. */
export async function startOtlp(options: OtlpOptions): Promise<Otlp> {
  const [{ OTLPTraceExporter }, { OTLPMetricExporter }, { resourceFromAttributes }, metricSdk, traceSdk, own] =
    await Promise.all([
      import('@opentelemetry/exporter-trace-otlp-proto'),
      import('@opentelemetry/exporter-metrics-otlp-proto'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-metrics'),
      import('@opentelemetry/sdk-trace-node'),
      loadOwn(),
    ]);
  const maxPending = options.maxPendingSpans ?? MAX_PENDING_SPANS;
  const resource = resourceFromAttributes({
    'service.name': options.serviceName,
    'service.version': options.serviceVersion,
  });
  const base = options.endpoint.replace(/\/+$/, '');
  const common = { headers: { ...options.headers }, timeoutMillis: EXPORT_TIMEOUT_MS };
  const exporter = new own.CountingExporter(
    new OTLPTraceExporter({ ...common, url: `${base}/v1/traces` }),
    options.report,
  );
  const traces = new traceSdk.NodeTracerProvider({
    resource,
    spanProcessors: [
      new traceSdk.BatchSpanProcessor(exporter, {
        maxQueueSize: maxPending + 1,
        scheduledDelayMillis: SPAN_DELAY_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  const metrics = new metricSdk.MeterProvider({
    resource,
    readers: [
      new metricSdk.PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ ...common, url: `${base}/v1/metrics` }),
        exportIntervalMillis: METRIC_INTERVAL_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  const tracer = traces.getTracer('weir', options.serviceVersion);
  const measure = own.callMetrics(metrics.getMeter('weir', options.serviceVersion), options.describe);

  return {
    observe(record, call) {
      measure(record);
      const spans = 1 + record.attempts.length;
      if (exporter.pending + spans > maxPending) {
        exporter.dropped += spans;
        return;
      }
      if (own.isUnsampled(call.attribution.traceparent)) return;
      exporter.pending += spans;
      own.recordSpans(record, call.attribution.traceparent, { tracer, describe: options.describe });
    },
    dropped: () => exporter.dropped,
    async close() {
      const stopped = Promise.allSettled([traces.shutdown(), metrics.shutdown()]);
      await withinTime(stopped, CLOSE_MS);
    },
  };
}

/** Our files that import OpenTelemetry. */
async function loadOwn() {
  const [exporter, spans, metrics, parent] = await Promise.all([
    import('./otlp/counting-exporter.ts'),
    import('./otlp/call-spans.ts'),
    import('./otlp/call-metrics.ts'),
    import('./otlp/traceparent.ts'),
  ]);
  return { ...exporter, ...spans, ...metrics, ...parent };
}

/** A collector that does not answer must not keep the process. */
async function withinTime(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
