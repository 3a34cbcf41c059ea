import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { callMetrics } from './call-metrics.ts';
import { recordSpans } from './call-spans.ts';
import { CountingExporter } from './counting-exporter.ts';
import type { Otlp, OtlpOptions } from './options.ts';
import { isUnsampled } from './traceparent.ts';

const MAX_PENDING_SPANS = 4096;
const SPAN_DELAY_MS = 1000;
const METRIC_INTERVAL_MS = 15_000;
const EXPORT_TIMEOUT_MS = 5000;
const CLOSE_LIMIT_MS = 2000;

/** The only file, with those it imports, that loads OpenTelemetry. */
export function connectCollector(options: OtlpOptions): Otlp {
  const exporter = new CountingExporter(new OTLPTraceExporter(exportTo('/v1/traces', options)), options.report);
  const maxPending = options.maxPendingSpans ?? MAX_PENDING_SPANS;
  const traces = tracerProvider(exporter, { options, maxPending });
  const metrics = meterProvider(options);
  const tracer = traces.getTracer('weir', options.serviceVersion);
  const measure = callMetrics(metrics.getMeter('weir', options.serviceVersion), options.describe);

  return {
    observe(record, call) {
      measure(record);
      const { traceparent } = call.attribution;
      if (isUnsampled(traceparent)) return;
      const spans = 1 + record.attempts.length;
      if (exporter.pending + spans > maxPending) {
        exporter.dropped += spans;
        return;
      }
      exporter.pending += spans;
      recordSpans(record, traceparent, { tracer, describe: options.describe });
    },
    dropped: () => exporter.dropped,
    close: () =>
      withinTime(Promise.allSettled([traces.shutdown(), metrics.shutdown()]), options.closeLimitMs ?? CLOSE_LIMIT_MS),
  };
}

function tracerProvider(exporter: CountingExporter, of: { options: OtlpOptions; maxPending: number }) {
  const processor = new BatchSpanProcessor(exporter, {
    // Never the first to refuse: what is pending is counted before a span is made.
    maxQueueSize: of.maxPending + 1,
    scheduledDelayMillis: SPAN_DELAY_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
  return new NodeTracerProvider({ resource: resourceOf(of.options), spanProcessors: [processor] });
}

function meterProvider(options: OtlpOptions) {
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(exportTo('/v1/metrics', options)),
    exportIntervalMillis: METRIC_INTERVAL_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
  return new MeterProvider({ resource: resourceOf(options), readers: [reader] });
}

function exportTo(path: string, { endpoint, headers }: OtlpOptions) {
  return { url: endpoint.replace(/\/+$/, '') + path, headers: { ...headers }, timeoutMillis: EXPORT_TIMEOUT_MS };
}

function resourceOf({ serviceName, serviceVersion }: OtlpOptions) {
  return resourceFromAttributes({ 'service.name': serviceName, 'service.version': serviceVersion });
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
