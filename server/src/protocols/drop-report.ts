import type { ChatRequest, Content, Wire } from '../kernel/chat.ts';
import { clientSpelling } from './client-spelling.ts';

type OptionalField =
  | 'toolChoice'
  | 'parallelToolCalls'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'stop'
  | 'seed'
  | 'n'
  | 'presencePenalty'
  | 'frequencyPenalty'
  | 'responseFormat'
  | 'reasoning'
  | 'user'
  | 'metadata';

/** Values that ask for what happens anyway are no loss. */
const NEUTRAL_VALUES: Partial<Record<OptionalField, unknown>> = {
  n: 1,
  presencePenalty: 0,
  frequencyPenalty: 0,
  parallelToolCalls: true,
};

/** Names of request fields that do not survive on a wire, in the client's spelling and each once. */
export class DropReport {
  readonly #wire: Wire;
  readonly #names = new Set<string>();

  constructor(clientWire: Wire) {
    this.#wire = clientWire;
  }

  /** A part of the body under the name the client knows it by. */
  name(name: string): void {
    this.#names.add(name);
  }

  field(field: OptionalField): void {
    this.#names.add(clientSpelling(this.#wire, field));
  }

  /** Reports which of these fields the request has: the wire has no word for them. */
  unsupported(request: ChatRequest, fields: readonly OptionalField[]): void {
    for (const field of fields) {
      const value = request[field];
      if (value !== undefined && value !== NEUTRAL_VALUES[field]) this.field(field);
    }
  }

  /** Fields of the client's own wire; null and false ask for nothing. */
  extensions(request: ChatRequest): void {
    const { fields } = request.extensions;
    for (const name of Object.keys(fields)) {
      if (fields[name] !== undefined && fields[name] !== null && fields[name] !== false) this.#names.add(name);
    }
  }

  /** Marks on a piece of content that only other wires know. */
  marks(content: Content, { keepsCacheControl = false }: { keepsCacheControl?: boolean } = {}): void {
    if (content.cacheControl !== undefined && !keepsCacheControl) this.#names.add('cache_control');
    if (content.type === 'text' && content.annotations !== undefined) this.#names.add('annotations');
  }

  names(): readonly string[] {
    return [...this.#names];
  }
}
