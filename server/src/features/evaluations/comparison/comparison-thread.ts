import { Worker } from 'node:worker_threads';
import type { ComparisonTerms, MetricPairs, MetricVerdict } from './compare-runs.ts';
import type { ComparisonAnswer, ComparisonJob } from './comparison-job.ts';

interface Waiter {
  readonly resolve: (verdicts: readonly MetricVerdict[]) => void;
  readonly reject: (error: Error) => void;
}

/** Resampling off the thread that serves calls: one thread, started at first use. When it dies, what is due fails, and the next one starts anew. */
export class ComparisonThread {
  readonly #waiters = new Map<number, Waiter>();
  #worker: Worker | undefined;
  #nextId = 1;

  compare(metrics: readonly MetricPairs[], terms: ComparisonTerms): Promise<readonly MetricVerdict[]> {
    const worker = this.#start();
    const job: ComparisonJob = { id: this.#nextId++, metrics, terms };
    return new Promise((resolve, reject) => {
      this.#waiters.set(job.id, { resolve, reject });
      worker.ref();
      worker.postMessage(job);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#fail(new Error('Comparisons are closed.'));
    await worker?.terminate();
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./comparison-worker.${extension}`, import.meta.url));
    this.#worker = worker;
    worker.on('message', ({ id, verdicts }: ComparisonAnswer) => {
      this.#waiters.get(id)?.resolve(verdicts);
      this.#waiters.delete(id);
      if (this.#waiters.size === 0) worker.unref();
    });
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#fail(new Error('The comparison stopped.', { cause: error }));
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#fail(new Error('The comparison stopped.'));
    });
    return worker;
  }

  #fail(reason: Error): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiters.values()) reject(reason);
    this.#waiters.clear();
  }
}
