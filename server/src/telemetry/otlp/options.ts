import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { ReportCollector } from './counting-exporter.ts';
import type { DescribeProvider } from './gen-ai-attributes.ts';

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
  /** Longest time `close` waits for the collector; default two seconds. */
  readonly closeLimitMs?: number;
}

export interface Otlp {
  /** Queues the spans and values of a settled call; never waits, never throws. */
  observe(record: UsageRecord, call: { readonly attribution: { readonly traceparent: string | undefined } }): void;
  /** Spans lost so far. */
  dropped(): number;
  /** Sends what is queued, within its limit of time, and stops. */
  close(): Promise<void>;
}
