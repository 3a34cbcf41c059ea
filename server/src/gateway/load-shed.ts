import { WeirError } from '../kernel/errors.ts';

export interface LoadShedOptions {
  readonly maxCalls: number;
  /** Calls that have started and not ended. */
  readonly running: () => number;
  /** So little memory is left that another call could take all of them down. */
  readonly isMemoryShort: () => boolean;
  /** Told of every refusal; absent: only `refused` counts them. */
  readonly onRefused?: (reason: 'concurrency' | 'memory') => void;
}

/** Refuses new calls at once when there are too many, so that those that run end as fast as ever. */
export class LoadShed {
  /** Calls refused since the start. */
  readonly refused = { concurrency: 0, memory: 0 };
  readonly #options: LoadShedOptions;

  constructor(options: LoadShedOptions) {
    this.#options = options;
  }

  /** Before its body is read: why this call must not come; undefined when it may. */
  atTheDoor(): WeirError | undefined {
    return this.#verdict(this.#options.running() + 1);
  }

  /** Once the call counts as running: several may have come through the door at once. */
  inside(): WeirError | undefined {
    return this.#verdict(this.#options.running());
  }

  #verdict(running: number): WeirError | undefined {
    const { maxCalls, isMemoryShort } = this.#options;
    if (running > maxCalls) {
      this.#count('concurrency');
      return overloaded('concurrency', `${maxCalls} calls run already (server.max_concurrent_calls).`);
    }
    if (isMemoryShort()) {
      this.#count('memory');
      return overloaded('memory', 'Memory is nearly used up (server.memory_limit_mb).');
    }
    return undefined;
  }

  #count(reason: 'concurrency' | 'memory'): void {
    this.refused[reason]++;
    this.#options.onRefused?.(reason);
  }
}

function overloaded(reason: 'concurrency' | 'memory', why: string): WeirError {
  return new WeirError('server.overloaded', {
    message: `The server is overloaded: ${why} Try again in a moment.`,
    details: { reason },
    retryAfterMs: 1000,
  });
}
