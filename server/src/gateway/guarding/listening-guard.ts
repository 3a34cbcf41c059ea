import type { Part } from '../../kernel/chat.ts';
import type { OutputGuard } from '../../ports/call.ts';

/** Text is handed over in pieces of about this many characters, each with some of what came before. */
const PIECE = 16_384;
const OVERLAP = 256;

/** Listens to a stream and never holds a byte: what was said is looked at when there is a piece of it, the rest at the end. */
export class ListeningGuard implements OutputGuard {
  readonly rewrites = false;
  readonly #heard: (text: string) => void;
  #text = '';
  #isNew = false;

  constructor(heard: (text: string) => void) {
    this.#heard = heard;
  }

  begin(): void {
    this.#text = '';
    this.#isNew = false;
  }

  part(part: Part, emit: (part: Part) => void): void {
    switch (part.type) {
      case 'text-delta':
      case 'reasoning-delta':
      case 'refusal-delta':
        this.#hear(part.text);
        break;
      case 'tool-call-delta':
        this.#hear(part.argumentsText);
        break;
      case 'block-end':
        this.#text += '\n';
        break;
      case 'end':
        this.#tell();
        break;
    }
    emit(part);
  }

  #hear(text: string): void {
    this.#text += text;
    this.#isNew = true;
    if (this.#text.length >= PIECE) this.#tell();
  }

  #tell(): void {
    if (!this.#isNew) return;
    const text = this.#text;
    this.#isNew = false;
    this.#text = text.slice(-OVERLAP);
    this.#heard(text);
  }
}
