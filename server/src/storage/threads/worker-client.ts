import { Worker } from 'node:worker_threads';
import { WeirError } from '../../kernel/errors.ts';
import { type Failure, fromThreadFailure } from './failure.ts';

export interface Request {
  readonly id: number;
  readonly body: unknown;
}

/** Answers the request with the same id; id 0 says that the thread is ready, or why not. */
export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: Failure;
}

export interface WorkerOptions {
  /** The thread's file, without its extension: sources and build differ in it. */
  readonly entry: URL;
  /** What the thread finds as its `workerData`. */
  readonly data: object;
}

interface Waiter {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's end of a database thread. Holds the process open only while an answer is due. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #waiters = new Map<number, Waiter>();
  #nextId = 1;
  #dead: WeirError | undefined;

  private constructor({ entry, data }: WorkerOptions) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`${entry.href}.${extension}`), { workerData: data });
    this.#worker.unref();
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#fail(new WeirError('store.unavailable', { cause: error })));
    this.#worker.on('exit', () => this.#fail(new WeirError('store.unavailable', { message: 'The store is closed.' })));
  }

  /** Resolves when the thread has its database open. */
  static async start(options: WorkerOptions): Promise<WorkerClient> {
    const client = new WorkerClient(options);
    await client.#wait(0);
    return client;
  }

  request(body: unknown): Promise<unknown> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = this.#nextId++;
    const waiting = this.#wait(id);
    this.#worker.postMessage({ id, body } satisfies Request);
    return waiting;
  }

  /** Closes the database and ends the thread. A second call does nothing. */
  async close(): Promise<void> {
    if (this.#dead) return;
    const ended = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    await this.request('close');
    this.#worker.ref();
    await ended;
  }

  #wait(id: number): Promise<unknown> {
    if (this.#waiters.size === 0) this.#worker.ref();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiters.set(id, { resolve, reject });
    return promise;
  }

  #settle({ id, result, failure }: Reply): void {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    if (this.#waiters.size === 0) this.#worker.unref();
    if (failure === undefined) waiter?.resolve(result);
    else waiter?.reject(fromThreadFailure(failure));
  }

  #fail(error: WeirError): void {
    this.#dead ??= error;
    for (const waiter of this.#waiters.values()) waiter.reject(this.#dead);
    this.#waiters.clear();
  }
}
