import type { MessagePort } from 'node:worker_threads';
import { WeirError } from '../kernel/errors.ts';
import { type Failure, fromFailure, toFailure } from './failure.ts';

/** The methods of a service as the other thread has them: all of them wait. */
export type Remote<Service> = {
  readonly [Name in keyof Service]: Service[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** What one thread lets the other call, by name. Arguments and results are copied: plain data, bytes, sets and maps. */
export type Services = Readonly<Record<string, object>>;

interface Ask {
  /** 0: nobody waits for the answer. */
  readonly ask: number;
  readonly service: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly answer: number;
  readonly result?: unknown;
  readonly failure?: Failure;
}

/**
 * One end of the line between two threads. What one turn of the event loop says goes in one message and in its order; the
 * other side begins its work in that order too.
 */
export class Link {
  readonly #port: MessagePort;
  readonly #services: Services;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #flush = () => this.#post();
  #outbox: (Ask | Answer)[] = [];
  #lastId = 0;
  #ended: WeirError | undefined;

  constructor(port: MessagePort, services: Services = {}) {
    this.#port = port;
    this.#services = services;
    port.on('message', (messages: readonly (Ask | Answer)[]) => {
      for (const message of messages) {
        if ('ask' in message) this.#serve(message);
        else this.#settle(message);
      }
    });
    port.on('close', () => this.end());
  }

  /** A service of the other thread. */
  remote<Service extends object>(service: string): Remote<Service> {
    const methods = new Map<string | symbol, unknown>();
    return new Proxy({} as Remote<Service>, {
      get: (_target, method) => {
        // A promise that resolves with it must not take it for another promise.
        if (typeof method !== 'string' || method === 'then') return undefined;
        const known = methods.get(method) ?? ((...args: unknown[]) => this.ask(service, method, args));
        methods.set(method, known);
        return known;
      },
    });
  }

  ask(service: string, method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const waiter = Promise.withResolvers<unknown>();
    this.#lastId++;
    this.#waiting.set(this.#lastId, waiter);
    this.#say({ ask: this.#lastId, service, method, args });
    return waiter.promise;
  }

  /** Without an answer; failures are the other side's to report. */
  tell(service: string, method: string, args: readonly unknown[]): void {
    if (this.#ended === undefined) this.#say({ ask: 0, service, method, args });
  }

  /** The other thread is gone: who waits learns it, and so does who asks from here on. */
  end(): void {
    if (this.#ended !== undefined) return;
    this.#ended = new WeirError('store.unavailable', { message: 'The thread that was asked has ended.' });
    for (const waiter of this.#waiting.values()) waiter.reject(this.#ended);
    this.#waiting.clear();
    this.#port.close();
  }

  #say(message: Ask | Answer): void {
    this.#outbox.push(message);
    if (this.#outbox.length === 1) setImmediate(this.#flush);
  }

  #post(): void {
    const messages = this.#outbox;
    this.#outbox = [];
    if (this.#ended === undefined) this.#port.postMessage(messages);
  }

  #serve({ ask, service, method, args }: Ask): void {
    let result: unknown;
    try {
      const found = this.#services[service] as Record<string, (...args: readonly unknown[]) => unknown> | undefined;
      if (typeof found?.[method] !== 'function') throw new Error(`There is no ${service}.${method}.`);
      result = found[method](...args);
    } catch (error) {
      this.#fail(ask, error);
      return;
    }
    if (result instanceof Promise) {
      result.then(
        (value) => this.#answer(ask, value),
        (error) => this.#fail(ask, error),
      );
    } else this.#answer(ask, result);
  }

  #answer(ask: number, result: unknown): void {
    if (ask !== 0) this.#say({ answer: ask, result });
  }

  #fail(ask: number, error: unknown): void {
    if (ask !== 0) this.#say({ answer: ask, failure: toFailure(error) });
  }

  #settle({ answer, result, failure }: Answer): void {
    const waiter = this.#waiting.get(answer);
    this.#waiting.delete(answer);
    if (failure === undefined) waiter?.resolve(result);
    else waiter?.reject(fromFailure(failure));
  }
}
