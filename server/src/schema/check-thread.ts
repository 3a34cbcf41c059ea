import { Worker } from 'node:worker_threads';
import { FairQueue } from '../kernel/fair-queue.ts';
import type { Clock } from '../ports/clock.ts';
import type { CheckAnswer, CheckJob } from './check-job.ts';

export interface CheckThreadOptions {
  readonly clock: Clock;
  /** A job that takes longer ends with its thread, in milliseconds. */
  readonly deadlineMs: number;
  /** Characters of all waiting jobs of one project; what comes on top is not checked. */
  readonly maxWaitingCharacters: number;
  /** A thread without work is ended after this long, in milliseconds. */
  readonly idleMs: number;
}

interface Waiting {
  readonly job: CheckJob;
  readonly projectId: string;
  readonly resolve: (answer: CheckAnswer | undefined) => void;
}

/** The first job loads the validator. */
const START_MS = 5000;
const MAX_HEAP_MB = 256;
const MAX_YOUNG_MB = 8;

/**
 * One thread for checks that are heavy or that nobody can bound: one job at a time, so that the one that takes too long is
 * known and ended, with the thread, while the others go on in a new one. The project that used it least comes next. Started at first use, ended when idle.
 */
export class CheckThread {
  readonly #options: CheckThreadOptions;
  readonly #queue = new FairQueue<Waiting>();
  #worker: Worker | undefined;
  #isWarm = false;
  #running: Waiting | undefined;
  #startedMono = 0;
  /** The running job had to wait for the thread to load. */
  #startsCold = false;
  #stopTimer: (() => void) | undefined;

  constructor(options: CheckThreadOptions) {
    this.#options = options;
  }

  /** Undefined: the job took too long, needed too much memory, or there was no room for it. */
  run(job: CheckJob, projectId: string): Promise<CheckAnswer | undefined> {
    const size = sizeOf(job);
    if (this.#queue.waiting(projectId) + size > this.#options.maxWaitingCharacters) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#queue.push({ owner: projectId, size, item: { job, projectId, resolve } });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#stopTimer?.();
    const worker = this.#worker;
    this.#worker = undefined;
    for (const waiting of this.#queue.clear()) waiting.resolve(undefined);
    this.#running?.resolve(undefined);
    this.#running = undefined;
    await worker?.terminate();
  }

  #next(): void {
    if (this.#running !== undefined) return;
    this.#stopTimer?.();
    this.#running = this.#queue.shift();
    this.#startedMono = this.#options.clock.monotonic();
    if (this.#running === undefined) {
      this.#worker?.unref();
      this.#stopTimer = this.#options.clock.after(this.#options.idleMs, () => this.#end());
      return;
    }
    const worker = this.#start();
    worker.ref();
    this.#startsCold = !this.#isWarm;
    const limitMs = this.#options.deadlineMs + (this.#isWarm ? 0 : START_MS);
    this.#stopTimer = this.#options.clock.after(limitMs, () => {
      this.#end();
      this.#answer(undefined);
    });
    worker.postMessage(this.#running.job);
  }

  #answer(answer: CheckAnswer | undefined): void {
    const done = this.#running;
    this.#running = undefined;
    if (done !== undefined) this.#queue.spend(done.projectId, this.#costOf(answer));
    done?.resolve(answer);
    this.#next();
  }

  /** Of the job that just ended, in milliseconds: whoever ends a thread pays for the start of the next. */
  #costOf(answer: CheckAnswer | undefined): number {
    const tookMs = this.#options.clock.monotonic() - this.#startedMono;
    if (answer === undefined && this.#worker === undefined) return tookMs + START_MS;
    return this.#startsCold ? 0 : tookMs;
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./check-worker.${extension}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: MAX_YOUNG_MB },
    });
    this.#worker = worker;
    this.#isWarm = false;
    worker.on('message', (answer: CheckAnswer) => {
      if (this.#worker !== worker) return;
      this.#isWarm = true;
      this.#answer(answer.kind === 'failed' ? undefined : answer);
    });
    const fail = () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#answer(undefined);
    };
    worker.on('error', fail);
    worker.on('exit', fail);
    return worker;
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }
}

function sizeOf(job: CheckJob): number {
  return (job.schema?.length ?? 0) + (job.kind === 'check' ? job.check.text.length : 0);
}
