import type { ChatRequest, Wire } from '../../../kernel/chat.ts';
import { clientSpelling } from '../../client-spelling.ts';

/** What one encoding collects on its way: where the call came from and the names of what could not come along. */
export class Encoding {
  readonly clientWire: Wire;
  readonly #dropped = new Set<string>();

  constructor(clientWire: Wire) {
    this.clientWire = clientWire;
  }

  get isOwnWire(): boolean {
    return this.clientWire === 'anthropic-messages';
  }

  /** A part of the body, named by its path in the client's body. */
  drop(name: string): void {
    this.#dropped.add(name);
  }

  /** A neutral field, reported under the client's name for it. */
  dropField(field: keyof ChatRequest): void {
    this.#dropped.add(clientSpelling(this.clientWire, field));
  }

  dropped(): string[] {
    return [...this.#dropped];
  }
}
