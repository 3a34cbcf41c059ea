import type { Part } from '../../kernel/chat.ts';
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { decodeFinishReason } from './finish-reason.ts';

type BlockKind = 'text' | 'reasoning' | 'refusal' | 'tool-call';

interface ToolBlock {
  readonly block: number;
  readonly id: string;
}

/** The deltas of one choice as blocks: a block begins when the kind of delta changes, and ends before the next. */
export class ChoiceDecoder {
  finished = false;
  readonly #choice: number;
  /** Number of the newest block; -1 before the first. */
  #block = -1;
  #open: BlockKind | undefined;
  /** Tool calls by the index the provider gives them. */
  readonly #tools = new Map<number, ToolBlock>();
  #lastTool: ToolBlock | undefined;
  #hasRefusal = false;

  constructor(choice: number) {
    this.#choice = choice;
  }

  decode(json: JsonObject, parts: Part[]): void {
    const { delta, finish_reason: reason } = json;
    if (isObject(delta)) this.#delta(delta, parts);
    // The legacy completions wire streams bare text.
    else if (typeof json.text === 'string') this.#delta({ content: json.text }, parts);
    if (typeof reason !== 'string' || reason === '' || this.finished) return;
    this.#close(parts);
    this.finished = true;
    const facts = { hasToolCalls: this.#tools.size > 0, hasRefusal: this.#hasRefusal };
    parts.push({ type: 'finish', choice: this.#choice, reason: decodeFinishReason(reason, facts) });
  }

  #delta(delta: JsonObject, parts: Part[]): void {
    const { content, refusal, tool_calls: calls, function_call: legacy } = delta;
    const reasoning = delta.reasoning_content ?? delta.reasoning;
    if (typeof reasoning === 'string' && reasoning !== '') {
      this.#enter('reasoning', parts);
      parts.push({ type: 'reasoning-delta', choice: this.#choice, block: this.#block, text: reasoning });
    }
    if (typeof content === 'string' && content !== '') {
      this.#enter('text', parts);
      parts.push({ type: 'text-delta', choice: this.#choice, block: this.#block, text: content });
    }
    if (typeof refusal === 'string' && refusal !== '') {
      this.#hasRefusal = true;
      this.#enter('refusal', parts);
      parts.push({ type: 'refusal-delta', choice: this.#choice, block: this.#block, text: refusal });
    }
    if (Array.isArray(calls)) for (const call of calls) this.#toolCall(call, parts);
    if (isObject(legacy)) this.#toolCall({ index: 0, function: legacy }, parts);
  }

  #toolCall(call: Json, parts: Part[]): void {
    if (!isObject(call)) return;
    const called = isObject(call.function) ? call.function : {};
    const { block } = this.#knownTool(call, called) ?? this.#startTool(call, called, parts);
    const written = called.arguments;
    const argumentsText = isObject(written) ? JSON.stringify(written) : written;
    if (typeof argumentsText === 'string' && argumentsText !== '') {
      parts.push({ type: 'tool-call-delta', choice: this.#choice, block, argumentsText });
    }
  }

  /**
   * The call this delta goes on with; undefined when it begins one. Some servers give no index, or 0 to every call; some
   * give every delta a new id. So a new call is an unknown index, or an unknown id together with a name.
   */
  #knownTool({ id, index }: JsonObject, called: JsonObject): ToolBlock | undefined {
    const known = typeof index === 'number' ? this.#tools.get(index) : this.#lastTool;
    if (known === undefined || typeof id !== 'string' || id === '' || id === known.id) return known;
    for (const tool of this.#tools.values()) if (tool.id === id) return tool;
    return typeof called.name === 'string' && called.name !== '' ? undefined : known;
  }

  #startTool(call: JsonObject, called: JsonObject, parts: Part[]): ToolBlock {
    this.#enter('tool-call', parts);
    const index = typeof call.index === 'number' ? call.index : this.#tools.size;
    const name = typeof called.name === 'string' ? called.name : '';
    const id = typeof call.id === 'string' && call.id !== '' ? call.id : `call_${this.#choice}_${this.#block}_${name}`;
    const tool = { block: this.#block, id };
    this.#tools.set(index, tool);
    this.#lastTool = tool;
    parts.push({ type: 'tool-call-start', choice: this.#choice, block: tool.block, id, name });
    return tool;
  }

  /** Opens a block of this kind unless the open one is it; every tool call is a block of its own. */
  #enter(kind: BlockKind, parts: Part[]): void {
    if (this.#open === kind && kind !== 'tool-call') return;
    this.#close(parts);
    this.#open = kind;
    this.#block++;
  }

  #close(parts: Part[]): void {
    if (this.#open === undefined) return;
    if (this.#open === 'reasoning') {
      parts.push({ type: 'reasoning-end', choice: this.#choice, block: this.#block, wire: 'openai-chat' });
    }
    parts.push({ type: 'block-end', choice: this.#choice, block: this.#block });
    this.#open = undefined;
  }
}
