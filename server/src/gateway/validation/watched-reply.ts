import type { Part } from '../../kernel/chat.ts';
import { withoutControlCharacters } from '../../kernel/control-characters.ts';
import type { Call, ReplyWatch } from '../../ports/call.ts';
import type { StrictTool } from '../../ports/protocol.ts';
import { tooLong } from './invalid-reply.ts';
import type { ReplyRules } from './reply-rules.ts';

/** The reply of one attempt while it comes in: what of a stream must be kept, and whether it may leave already. */
export class WatchedReply implements ReplyWatch {
  holds: boolean;
  readonly #rules: ReplyRules;
  readonly #isJson: boolean;
  /** Tools whose calls are checked. */
  readonly #strictTools: readonly StrictTool[];
  /** Undecided until the first text: unasked JSON is sanitised as JSON, so it must be whole. */
  #mayBeJson = false;
  #parts: Part[] = [];
  #characters = 0;

  constructor(rules: ReplyRules, of: { isJson: boolean; strictTools: readonly StrictTool[] }) {
    this.#rules = rules;
    this.#isJson = of.isJson;
    this.#strictTools = of.strictTools;
    this.holds = this.#alwaysHolds();
  }

  get trails(): boolean {
    return !this.holds && (this.#isJson || this.#strictTools.length > 0);
  }

  begin(): void {
    this.holds = this.#alwaysHolds();
    this.#mayBeJson = !this.holds && !this.#isJson && this.#rules.sanitizeJson !== 'none';
    this.#parts = [];
    this.#characters = 0;
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  part(call: Call, part: Part): Part {
    const seen = part.type === 'text-delta' ? this.#text(call, part) : part;
    if (part.type === 'tool-call-start') this.#decideOnCall(call, part.name);
    if (this.#keeps(call, part)) this.#parts.push(seen);
    return seen;
  }

  #keeps(call: Call, part: Part): boolean {
    if (this.holds || this.#isJson || this.#mayBeJson) return true;
    if (this.#strictTools.length === 0) return false;
    // What has left cannot be held any more: of that only the calls are looked at.
    return !call.committed || part.type.startsWith('tool-call') || part.type === 'finish';
  }

  /** A call of a strict tool waits until its arguments are valid, unless something was said before it. */
  #decideOnCall(call: Call, name: string): void {
    const { mode, stream } = this.#rules;
    if (call.committed || mode !== 'repair' || stream !== 'hold') return;
    if (this.#strictTools.some((tool) => tool.name === name)) this.holds = true;
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
    if (!this.holds && this.#strictTools.length === 0) this.#parts = [];
  }
}
