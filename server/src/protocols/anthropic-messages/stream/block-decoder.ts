import type { Part } from '../../../kernel/chat.ts';
import { asString, compact, type Json, type JsonObject, parseJson } from '../../../kernel/json.ts';
import { isFunctionCall } from '../reply/decode-reply.ts';

/** Turns one content block of a stream into parts. */
export interface BlockDecoder {
  start(): readonly Part[];
  delta(delta: JsonObject): readonly Part[];
  stop(): readonly Part[];
}

const CHOICE = 0;

export function blockDecoder(block: number, value: JsonObject): BlockDecoder {
  if (value.type === 'text') return new TextBlockDecoder(block, value);
  if (value.type === 'thinking' || value.type === 'redacted_thinking') return new ThinkingBlockDecoder(block, value);
  return isFunctionCall(value) ? new ToolUseBlockDecoder(block, value) : new OpaqueBlockDecoder(value);
}

class TextBlockDecoder implements BlockDecoder {
  readonly #block: number;
  readonly #initial: string;
  readonly #citations: Json[] = [];

  constructor(block: number, value: JsonObject) {
    this.#block = block;
    this.#initial = asString(value.text) ?? '';
    if (Array.isArray(value.citations)) this.#citations.push(...value.citations);
  }

  start(): readonly Part[] {
    return this.#text(this.#initial);
  }

  delta(delta: JsonObject): readonly Part[] {
    if (delta.type === 'text_delta') return this.#text(asString(delta.text) ?? '');
    if (delta.type === 'citations_delta' && delta.citation !== undefined) this.#citations.push(delta.citation);
    return [];
  }

  stop(): readonly Part[] {
    const annotations = this.#citations.length === 0 ? undefined : this.#citations;
    return [{ type: 'block-end', choice: CHOICE, block: this.#block, ...compact({ annotations }) }];
  }

  #text(text: string): readonly Part[] {
    return text === '' ? [] : [{ type: 'text-delta', choice: CHOICE, block: this.#block, text }];
  }
}

class ThinkingBlockDecoder implements BlockDecoder {
  readonly #block: number;
  readonly #value: JsonObject;
  #signature: string;

  constructor(block: number, value: JsonObject) {
    this.#block = block;
    this.#value = value;
    this.#signature = asString(value.signature) ?? '';
  }

  start(): readonly Part[] {
    return this.#text(asString(this.#value.thinking) ?? '');
  }

  delta(delta: JsonObject): readonly Part[] {
    if (delta.type === 'thinking_delta') return this.#text(asString(delta.thinking) ?? '');
    if (delta.type === 'signature_delta') this.#signature = asString(delta.signature) ?? '';
    return [];
  }

  stop(): readonly Part[] {
    const place = { choice: CHOICE, block: this.#block };
    const proof = compact({
      signature: this.#signature === '' ? undefined : this.#signature,
      encrypted: asString(this.#value.data),
    });
    return [
      { type: 'reasoning-end', ...place, ...proof, wire: 'anthropic-messages' },
      { type: 'block-end', ...place },
    ];
  }

  #text(text: string): readonly Part[] {
    return text === '' ? [] : [{ type: 'reasoning-delta', choice: CHOICE, block: this.#block, text }];
  }
}

class ToolUseBlockDecoder implements BlockDecoder {
  readonly #block: number;
  readonly #value: JsonObject;
  #hasArguments = false;

  constructor(block: number, value: JsonObject) {
    this.#block = block;
    this.#value = value;
  }

  start(): readonly Part[] {
    const { id, name } = this.#value;
    const place = { choice: CHOICE, block: this.#block };
    return [{ type: 'tool-call-start', ...place, id: asString(id) ?? '', name: asString(name) ?? '' }];
  }

  delta(delta: JsonObject): readonly Part[] {
    const text = delta.type === 'input_json_delta' ? (asString(delta.partial_json) ?? '') : '';
    return text === '' ? [] : this.#arguments(text);
  }

  /** A call without deltas has its whole input in the start event: `{}` for a function without arguments. */
  stop(): readonly Part[] {
    const whole = this.#hasArguments ? [] : this.#arguments(JSON.stringify(this.#value.input ?? {}));
    return [...whole, { type: 'block-end', choice: CHOICE, block: this.#block }];
  }

  #arguments(argumentsText: string): readonly Part[] {
    this.#hasArguments = true;
    return [{ type: 'tool-call-delta', choice: CHOICE, block: this.#block, argumentsText }];
  }
}

/** Server tools and their results, and kinds newer than this code: given as one part when they are whole. */
class OpaqueBlockDecoder implements BlockDecoder {
  readonly #value: JsonObject;
  #input = '';

  constructor(value: JsonObject) {
    this.#value = value;
  }

  start(): readonly Part[] {
    return [];
  }

  delta(delta: JsonObject): readonly Part[] {
    if (delta.type === 'input_json_delta') this.#input += asString(delta.partial_json) ?? '';
    return [];
  }

  stop(): readonly Part[] {
    const input = this.#input === '' ? undefined : parseJson(this.#input);
    const value = input === undefined ? this.#value : { ...this.#value, input };
    const name = asString(value.type) ?? '';
    return [{ type: 'opaque', choice: CHOICE, content: { type: 'opaque', wire: 'anthropic-messages', name, value } }];
  }
}
