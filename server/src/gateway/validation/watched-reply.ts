import type { Part } from '../../kernel/chat.ts';
import { withoutControlCharacters } from '../../kernel/control-characters.ts';
import type { Call, ReplyWatch } from '../../ports/call.ts';
import { tooLong } from './invalid-reply.ts';
import type { ReplyRules } from './reply-rules.ts';

/** The reply of one attempt while it comes in: what of a stream must be kept, and whether it may leave already. */
export class WatchedReply implements ReplyWatch {
  holds: boolean;
  readonly trails: boolean;
  readonly #rules: ReplyRules;
  readonly #isJson: boolean;
  /** Undecided until the first text: unasked JSON is sanitised as JSON, so it must be whole. */
  #mayBeJson = false;
  #parts: Part[] = [];
  #characters = 0;

  constructor(rules: ReplyRules, of: { isJson: boolean }) {
    this.#rules = rules;
    this.#isJson = of.isJson;
    this.holds = this.#alwaysHolds();
    this.trails = of.isJson && !this.holds;
  }

  begin(): void {
    this.holds = this.#alwaysHolds();
    this.#mayBeJson = !this.holds && !this.trails && this.#rules.sanitizeJson !== 'none';
    this.#parts = [];
    this.#characters = 0;
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  part(call: Call, part: Part): Part {
    const seen = part.type === 'text-delta' ? this.#text(call, part) : part;
    if (this.holds || this.trails || this.#mayBeJson) this.#parts.push(seen);
    return seen;
  }

  #alwaysHolds(): boolean {
    const { mode, stream, sanitizeText, sanitizeJson } = this.#rules;
    if (!this.#isJson) return sanitizeText !== 'none';
    return (mode === 'repair' && stream === 'hold') || sanitizeJson !== 'none';
  }

  #text(call: Call, part: Part & { type: 'text-delta' }): Part {
    const text = this.#rules.stripsControl ? withoutControlCharacters(part.text) : part.text;
    this.#characters += text.length;
    const { maxCharacters } = this.#rules;
    if (maxCharacters !== undefined && this.#characters > maxCharacters) throw tooLong(maxCharacters);
    if (this.#mayBeJson) this.#decide(call, text);
    return text === part.text ? part : { ...part, text };
  }

  #decide(call: Call, text: string): void {
    const first = text.trimStart()[0];
    if (first === undefined) return;
    this.#mayBeJson = false;
    this.holds = !call.committed && (first === '{' || first === '[');
    if (!this.holds) this.#parts = [];
  }
}
