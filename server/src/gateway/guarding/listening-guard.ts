import type { Part } from '../../kernel/chat.ts';
import type { OutputGuard } from '../../ports/call.ts';
import type { SkimmedText } from '../../ports/protocol.ts';
import { UndecodedText } from './undecoded-text.ts';

/** Text is handed over in pieces of about this many characters, each with some of what came before. */
const PIECE = 16_384;
const OVERLAP = 256;

/** Listens to a stream and never holds a byte: what was said is looked at when there is a piece of it, the rest at the end. */
export class ListeningGuard implements OutputGuard {
  readonly rewrites = false;
  readonly #heard: (text: string) => void;
  #text = '';
  readonly #undecoded = new UndecodedText();
  #isNew = false;

  constructor(heard: (text: string) => void) {
    this.#heard = heard;
  }

  begin(): void {
    this.#text = '';
    this.#undecoded.take();
    this.#isNew = false;
  }

  skimmed(bytes: Buffer, text: SkimmedText): void {
    this.#undecoded.add(bytes, text);
    this.#isNew = true;
    if (this.#text.length + this.#undecoded.characters >= PIECE) this.#tell();
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
        this.#decode();
        this.#text += '\n';
        break;
      case 'end':
        this.#tell();
        break;
    }
    emit(part);
  }

  #hear(text: string): void {
    this.#decode();
    this.#text += text;
    this.#isNew = true;
    if (this.#text.length >= PIECE) this.#tell();
  }

  #tell(): void {
    if (!this.#isNew) return;
    this.#decode();
    const text = this.#text;
    this.#isNew = false;
    this.#text = text.slice(-OVERLAP);
    this.#heard(text);
  }

  #decode(): void {
    if (this.#undecoded.characters > 0) this.#text += this.#undecoded.take();
  }
}
