import { Worker } from 'node:worker_threads';
import type { Clock } from '../../ports/clock.ts';
import type { RenderAnswer, RenderJob } from './render-job.ts';

/** How a job ended: with an answer, or with its thread. */
export type ThreadOutcome =
  | RenderAnswer
  | { readonly kind: 'failed' }
  | { readonly kind: 'too-slow' }
  | { readonly kind: 'too-large' };

/** What loading the interpreter may take on top, for the first job of a thread. */
const START_MS = 5000;
/** By the clock, a job may take so many times the processor time that it may use. */
const MOST_PATIENCE = 10;
const MAX_HEAP_MB = 96;
const MAX_YOUNG_MB = 16;

/** One thread that renders one job at a time; what takes too long or too much memory ends with it, and the next starts anew. */
export class TemplateThread {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  #worker: Worker | undefined;
  #isWarm = false;
  /** What the thread had used when its last job ended. */
  #cpuMsBefore = 0;
  #startedMono = 0;
  #stopWatch: (() => void) | undefined;
  #finish: ((outcome: ThreadOutcome) => void) | undefined;

  constructor(clock: Clock, deadlineMs: number) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
  }

  get isBusy(): boolean {
    return this.#finish !== undefined;
  }

  run(job: RenderJob): Promise<ThreadOutcome> {
    return new Promise((resolve, reject) => {
      const worker = this.#start();
      try {
        worker.postMessage(job);
      } catch (thrown) {
        return reject(thrown);
      }
      worker.ref();
      const limits = { cpuMs: this.#deadlineMs + (this.#isWarm ? 0 : START_MS), worker };
      this.#startedMono = this.#clock.monotonic();
      this.#watch(limits, limits.cpuMs);
      this.#finish = (outcome) => {
        this.#stopWatch?.();
        this.#worker?.unref();
        resolve(outcome);
      };
    });
  }

  /**
   * Ends the thread when its job has used its time. What counts is the processor's, so that a busy machine ends nobody's
   * template, up to a multiple of it by the clock.
   */
  #watch(limits: { cpuMs: number; worker: Worker }, inMs: number): void {
    this.#stopWatch = this.#clock.after(inMs, () => {
      void this.#cpuMs(limits.worker).then((usedMs) => {
        if (this.#worker !== limits.worker || this.#finish === undefined) return;
        const leftMs = limits.cpuMs - (usedMs - this.#cpuMsBefore);
        const isPatient = this.#clock.monotonic() - this.#startedMono < MOST_PATIENCE * limits.cpuMs;
        if (leftMs > 0 && isPatient) return this.#watch(limits, Math.max(leftMs, 1));
        this.#end();
        this.#answer({ kind: 'too-slow' });
      });
    });
  }

  async #cpuMs(worker: Worker): Promise<number> {
    try {
      const { user, system } = await worker.cpuUsage();
      return (user + system) / 1000;
    } catch {
      // It has just ended, which its own event tells.
      return 0;
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#answer({ kind: 'failed' });
    await worker?.terminate();
  }

  #answer(outcome: ThreadOutcome): void {
    const finish = this.#finish;
    this.#finish = undefined;
    finish?.(outcome);
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./template-worker.${extension}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: MAX_YOUNG_MB },
    });
    this.#worker = worker;
    this.#isWarm = false;
    this.#cpuMsBefore = 0;
    worker.on('message', (answer: RenderAnswer) => {
      if (this.#worker !== worker) return;
      this.#isWarm = true;
      this.#cpuMsBefore = answer.cpuMs;
      this.#answer(answer);
    });
    const fail = () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#answer({ kind: 'too-large' });
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
