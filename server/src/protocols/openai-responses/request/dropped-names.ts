import type { ChatRequest, Wire } from '../../../kernel/chat.ts';
import { clientSpelling } from '../../client-spelling.ts';

/** Collects what did not survive, each name once and as the client spelt it. */
export class DroppedNames {
  readonly #names = new Set<string>();
  readonly #clientWire: Wire;

  constructor(clientWire: Wire) {
    this.#clientWire = clientWire;
  }

  /** A field of the neutral request. */
  addField(field: keyof ChatRequest): void {
    this.#names.add(clientSpelling(this.#clientWire, field));
  }

  /** Something that has the same name on every wire, or that the client named itself. */
  add(name: string): void {
    this.#names.add(name);
  }

  list(): string[] {
    return [...this.#names];
  }
}
