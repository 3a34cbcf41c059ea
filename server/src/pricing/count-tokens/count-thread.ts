import { Worker } from 'node:worker_threads';
import type { TextCount } from './encode.ts';
import type { Encoding } from './encoding-of.ts';

export interface CountQuestion {
  readonly id: number;
  readonly texts: readonly string[];
  readonly encoding: Encoding;
}

export interface CountAnswer {
  readonly id: number;
  readonly count: TextCount | undefined;
}

type Waiting = (count: TextCount | undefined) => void;

/** A queue longer than this would keep callers waiting and their texts in memory. */
const MAX_WAITING_CHARACTERS = 16_777_216;

/** Counts on a thread of its own, started at first use and never holding up the end of the process. */
export class CountThread {
  #worker: Worker | undefined;
  #nextId = 1;
  #waitingCharacters = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** Undefined when the thread is busy beyond its bound, or failed: the caller estimates. */
  async count(texts: readonly string[], encoding: Encoding): Promise<TextCount | undefined> {
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    if (this.#waitingCharacters + characters > MAX_WAITING_CHARACTERS) return undefined;
    this.#waitingCharacters += characters;
    const worker = this.#start();
    const id = this.#nextId++;
    const count = await new Promise<TextCount | undefined>((resolve) => {
      this.#waiting.set(id, resolve);
      worker.ref();
      const question: CountQuestion = { id, texts, encoding };
      worker.postMessage(question);
    });
    this.#waitingCharacters -= characters;
    return count;
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./count-worker.${extension}`, import.meta.url));
    worker.unref();
    worker.on('message', ({ id, count }: CountAnswer) => this.#answer(id, count));
    worker.on('error', () => this.#fail());
    worker.on('exit', () => this.#fail());
    this.#worker = worker;
    return worker;
  }

  #answer(id: number, count: TextCount | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    waiting?.(count);
  }

  #fail(): void {
    this.#worker = undefined;
    for (const id of [...this.#waiting.keys()]) this.#answer(id, undefined);
  }
}
