import type { Part } from '../../kernel/chat.ts';
import { changeJsonText } from '../../kernel/json-strings.ts';
import type { OutputGuard } from '../../ports/call.ts';
import { type WindowLook, WindowText } from './window-text.ts';

type Emit = (part: Part) => void;
type TextPart = Extract<Part, { type: 'text-delta' | 'reasoning-delta' | 'refusal-delta' }>;
type ArgumentsPart = Extract<Part, { type: 'tool-call-delta' }>;

/** A block whose text has not all left. */
type OpenBlock =
  | { readonly kind: 'text'; readonly sample: TextPart; readonly window: WindowText }
  | { readonly kind: 'arguments'; readonly sample: ArgumentsPart; text: string };

/**
 * Holds a stream's texts until they are judged. Texts leave behind a sliding window; arguments of tools leave when they are
 * whole, because only then are they JSON whose strings can be told from the rest.
 */
export class HoldingGuard implements OutputGuard {
  readonly rewrites = true;
  readonly #look: WindowLook;
  readonly #changeText: (text: string) => string | undefined;
  #open: OpenBlock[] = [];

  /** `changeText` judges one whole text: it gives another one, or throws. */
  constructor(look: WindowLook, changeText: (text: string) => string | undefined) {
    this.#look = look;
    this.#changeText = changeText;
  }

  begin(): void {
    this.#open = [];
  }

  part(part: Part, emit: Emit): void {
    switch (part.type) {
      case 'text-delta':
      case 'reasoning-delta':
      case 'refusal-delta':
        return this.#text(part, emit);
      case 'tool-call-delta':
        this.#arguments(part).text += part.argumentsText;
        return;
      case 'block-end':
      case 'reasoning-end':
        this.#close(emit, ({ choice, block }) => choice === part.choice && block === part.block);
        break;
      case 'tool-call-start':
        this.#close(emit, ({ choice, type }) => choice === part.choice && type !== 'tool-call-delta');
        break;
      case 'opaque':
      case 'finish':
        this.#close(emit, ({ choice }) => choice === part.choice);
        break;
      case 'end':
        this.#close(emit, () => true);
        break;
    }
    emit(part);
  }

  #text(part: TextPart, emit: Emit): void {
    let open = this.#open.find(({ sample }) => isSameBlock(sample, part));
    if (open?.kind !== 'text') {
      // A choice says one thing after the other.
      this.#close(emit, ({ choice, type }) => choice === part.choice && type !== 'tool-call-delta');
      open = { kind: 'text', sample: part, window: new WindowText(this.#look) };
      this.#open.push(open);
    }
    const text = open.window.push(part.text);
    if (text !== '') emit({ ...part, text });
  }

  #arguments(part: ArgumentsPart): Extract<OpenBlock, { kind: 'arguments' }> {
    const known = this.#open.find(({ sample }) => isSameBlock(sample, part));
    if (known?.kind === 'arguments') return known;
    const open = { kind: 'arguments' as const, sample: part, text: '' };
    this.#open.push(open);
    return open;
  }

  #close(emit: Emit, isMeant: (sample: OpenBlock['sample']) => boolean): void {
    if (this.#open.length === 0) return;
    const closing = this.#open.filter(({ sample }) => isMeant(sample));
    this.#open = this.#open.filter(({ sample }) => !isMeant(sample));
    for (const open of closing) {
      if (open.kind === 'text') {
        const text = open.window.end();
        if (text !== '') emit({ ...open.sample, text });
      } else {
        emit({ ...open.sample, argumentsText: changeJsonText(open.text, this.#changeText) });
      }
    }
  }
}

function isSameBlock(left: OpenBlock['sample'], right: OpenBlock['sample']): boolean {
  return left.type === right.type && left.choice === right.choice && left.block === right.block;
}
