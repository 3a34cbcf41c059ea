import { Worker } from 'node:worker_threads';
import type { LogLine } from '../../../ports/log-source.ts';
import type { MiningAnswer, MiningJob } from './mining-job.ts';
import type { MinedPattern } from './pattern.ts';

const MAX_HEAP_MB = 512;

interface Waiter {
  readonly resolve: (patterns: MiningAnswer['patterns']) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Mining off the thread that serves calls: one thread, started at first use, that keeps what it counted until it is told to forget.
 * When it dies, what is due fails with the reason, and the next call starts a new one with nothing counted.
 */
export class MiningThread {
  readonly #waiters = new Map<number, Waiter>();
  #worker: Worker | undefined;
  #nextId = 1;

  /** Counts lines under a name, a service's mostly; resolves when they are counted, so that callers do not run ahead. */
  async add(name: string, lines: readonly LogLine[]): Promise<void> {
    await this.#ask({ kind: 'add', id: this.#nextId++, name, lines });
  }

  /** The patterns of all lines of a name, the most frequent first. */
  async mine(name: string): Promise<readonly MinedPattern[]> {
    return (await this.#ask({ kind: 'mine', id: this.#nextId++, name })) ?? [];
  }

  async forget(name: string): Promise<void> {
    await this.#ask({ kind: 'forget', id: this.#nextId++, name });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#fail(new Error('The log miner is closed.'));
    await worker?.terminate();
  }

  #ask(job: MiningJob): Promise<MiningAnswer['patterns']> {
    const worker = this.#start();
    return new Promise((resolve, reject) => {
      this.#waiters.set(job.id, { resolve, reject });
      worker.ref();
      worker.postMessage(job);
    });
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./mining-worker.${extension}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#worker = worker;
    worker.on('message', ({ id, patterns }: MiningAnswer) => {
      this.#waiters.get(id)?.resolve(patterns);
      this.#waiters.delete(id);
      if (this.#waiters.size === 0) worker.unref();
    });
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#fail(new Error('The log miner stopped.', { cause: error }));
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#fail(new Error('The log miner stopped.'));
    });
    return worker;
  }

  #fail(reason: Error): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiters.values()) reject(reason);
    this.#waiters.clear();
  }
}
