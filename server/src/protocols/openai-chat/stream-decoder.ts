import type { Part } from '../../kernel/chat.ts';
import { WeirError } from '../../kernel/errors.ts';
import { asString, isObject, type Json, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { WireEvent } from '../../ports/framing.ts';
import type { SkimmedText, StreamDecoder } from '../../ports/protocol.ts';
import { TextEvents } from '../text-events.ts';
import { ChoiceDecoder } from './choice-decoder.ts';
import { readStreamError } from './stream-error.ts';
import { decodeUsage } from './usage.ts';

const NO_PARTS: readonly Part[] = Object.freeze([]);

/** Turns chat completion chunks into parts. */
export class OpenAiChatStreamDecoder implements StreamDecoder {
  readonly #choices: ChoiceDecoder[] = [];
  readonly #texts = new TextEvents('content');
  #started = false;
  #ended = false;

  decode(event: WireEvent): readonly Part[] {
    const { data } = event;
    if (data === '' || this.#ended) return NO_PARTS;
    if (data === '[DONE]') {
      this.#ended = true;
      return [{ type: 'end' }];
    }
    const chunk = parseJson(data);
    if (!isObject(chunk)) throw malformed();
    if (isError(chunk.error)) throw readStreamError(chunk.error);
    if (event.name === 'error') throw readStreamError(chunk);
    const parts = this.#chunk(chunk);
    this.#texts.decoded(event, parts);
    return parts;
  }

  skim(bytes: Buffer, start: number, skimmed: SkimmedText): boolean {
    return this.#texts.skim(bytes, start, skimmed);
  }

  end(): readonly Part[] {
    if (this.#ended) return NO_PARTS;
    const choices = this.#choices.filter((choice) => choice !== undefined);
    if (choices.length === 0 || !choices.every((choice) => choice.finished)) {
      throw new WeirError('upstream.bad_reply', {
        message: 'The provider ended the stream before the reply was complete.',
        details: { type: 'upstream_truncated' },
      });
    }
    this.#ended = true;
    return [{ type: 'end' }];
  }

  #chunk(chunk: JsonObject): readonly Part[] {
    const parts: Part[] = [];
    const { choices } = chunk;
    // Azure opens with a chunk of filter results that has neither choices nor id: the reply starts with the next.
    if (Array.isArray(choices) && choices.length > 0) {
      if (!this.#started) this.#start(chunk, parts);
      for (let position = 0; position < choices.length; position++)
        this.#readChoice(choices[position], position, parts);
    }
    this.#readUsage(chunk, parts);
    return parts;
  }

  #start(chunk: JsonObject, parts: Part[]): void {
    this.#started = true;
    const { id, model, created } = chunk;
    parts.push({
      type: 'start',
      id: asString(id) ?? '',
      model: asString(model) ?? '',
      createdS: typeof created === 'number' ? created : 0,
    });
  }

  #readChoice(choice: Json | undefined, position: number, parts: Part[]): void {
    if (!isObject(choice)) throw malformed();
    const index = typeof choice.index === 'number' ? choice.index : position;
    let decoder = this.#choices[index];
    if (decoder === undefined) {
      if (!Number.isInteger(index) || index < 0 || index > MAX_CHOICE) throw malformed();
      decoder = new ChoiceDecoder(index);
      this.#choices[index] = decoder;
    }
    decoder.decode(choice, parts);
  }

  /** Usage may come in a chunk of its own, in the last chunk with choices, or in Groq's own field. */
  #readUsage(chunk: JsonObject, parts: Part[]): void {
    const counted = chunk.usage ?? (isObject(chunk.x_groq) ? chunk.x_groq.usage : undefined);
    if (!isObject(counted)) return;
    const usage = decodeUsage(counted);
    if (usage !== undefined) parts.push({ type: 'usage', usage });
  }
}

/** OpenAI allows n up to 128; a larger index is nonsense and would make a huge sparse array. */
const MAX_CHOICE = 1024;

function isError(error: Json | undefined): boolean {
  return error !== undefined && error !== null && error !== false && error !== '';
}

function malformed(): WeirError {
  return new WeirError('upstream.bad_reply', { details: { type: 'malformed_event' } });
}
