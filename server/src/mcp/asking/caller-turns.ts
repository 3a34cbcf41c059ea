import type { ToolCall } from '../../ports/tool-servers.ts';

/** A call of a tool while the server may ask back. */
export interface Turn {
  readonly call: ToolCall;
  /** Monotonic time at which the call gives up. */
  readonly deadline: number;
  /** Answers of models the server got during the call. */
  rounds: number;
  /** Inbox items that people were asked by during the call. */
  readonly items: Set<string>;
}

/**
 * A server that asks back does not say for which call. So that nobody pays or answers for somebody else, calls of different keys
 * take turns; those of one key run at once.
 */
export class CallerTurns {
  readonly #running = new Set<Turn>();
  #waiting: { readonly turn: Turn; readonly start: () => void }[] = [];

  /** The call that began last; undefined: none runs. */
  get current(): Turn | undefined {
    return [...this.#running].at(-1);
  }

  /** Resolves when the turn has begun; `leave` must follow. */
  enter(turn: Turn): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ turn, start: resolve });
      this.#startNext();
    });
  }

  /** Ends a turn, or gives up waiting for it. */
  leave(turn: Turn): void {
    this.#running.delete(turn);
    this.#waiting = this.#waiting.filter((other) => other.turn !== turn);
    this.#startNext();
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.turn); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#running.add(next.turn);
      next.start();
    }
  }

  #fits({ call }: Turn): boolean {
    const [running] = this.#running;
    return running === undefined || running.call.caller.keyId === call.caller.keyId;
  }
}
