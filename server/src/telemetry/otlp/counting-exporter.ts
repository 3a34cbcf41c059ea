import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';

/** Told when the collector stops taking spans and when it takes them again, once each. */
export type ReportCollector = (state: 'lost' | 'back') => void;

const SUCCESS = 0;

/** Passes spans on and counts what became of them, so that the queue in front of it can be bounded. */
export class CountingExporter implements SpanExporter {
  /** Spans created and not yet exported or lost. */
  pending = 0;
  /** Spans lost: refused at the full queue, or not taken by the collector. */
  dropped = 0;
  #isLost = false;
  readonly #inner: SpanExporter;
  readonly #report: ReportCollector;

  constructor(inner: SpanExporter, report: ReportCollector) {
    this.#inner = inner;
    this.#report = report;
  }

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.#inner.export(spans, (result) => {
      this.pending -= spans.length;
      const isLost = result.code !== SUCCESS;
      if (isLost) this.dropped += spans.length;
      if (isLost !== this.#isLost) this.#report(isLost ? 'lost' : 'back');
      this.#isLost = isLost;
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.#inner.forceFlush?.();
  }
}
