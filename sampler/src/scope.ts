import { AsyncLocalStorage } from 'node:async_hooks';

/** What the code around a line asks for, instead of the policy. */
export interface Scope {
  readonly rate: number;
  /** One draw for all lines of the scope, so that they share one fate. */
  readonly randomness: number;
}

const storage = new AsyncLocalStorage<Scope>();
/** Most applications never open one; then asking costs nothing. */
let wasUsed = false;

export function currentScope(): Scope | undefined {
  return wasUsed ? storage.getStore() : undefined;
}

/**
 * Runs a function, with what it awaits, in which lines below ERROR are kept at this rate whatever the policy says: all
 * of one run or none. A rate that is no number from 0 to 1 keeps them.
 */
export function sampled<Result>(rate: number, run: () => Result): Result {
  return runIn({ rate: rate >= 0 && rate <= 1 ? rate : 1, randomness: Math.random() }, run);
}

/** Runs a function, with what it awaits, in which every line is kept. */
export function withFullFidelity<Result>(run: () => Result): Result {
  return runIn({ rate: 1, randomness: 0 }, run);
}

function runIn<Result>(scope: Scope, run: () => Result): Result {
  wasUsed = true;
  return storage.run(scope, run);
}
