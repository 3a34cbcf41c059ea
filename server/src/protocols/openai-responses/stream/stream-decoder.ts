import type { Content, Part } from '../../../kernel/chat.ts';
import { WeirError } from '../../../kernel/errors.ts';
import { asArray, asNumber, asObject, asString, type JsonObject, parseJson } from '../../../kernel/json.ts';
import type { WireEvent } from '../../../ports/framing.ts';
import type { StreamDecoder } from '../../../ports/protocol.ts';
import { decodeOutputItem } from '../reply/decode-output-item.ts';
import { decodeFinishReason } from '../reply/finish-reason.ts';
import { failureOf } from '../reply/response-failure.ts';
import { decodeUsage } from '../usage.ts';
import { type ItemState, newItemState, partsOfContent } from './item-state.ts';

/** Reads the event stream of this wire. Unknown events are ignored; what was not streamed is read from the whole item. */
export class ResponsesStreamDecoder implements StreamDecoder {
  readonly #items = new Map<number | string, ItemState>();
  readonly #kinds = new Set<Content['type']>();
  #nextBlock = 0;
  #started = false;
  #finished = false;

  decode(event: WireEvent): readonly Part[] {
    if (this.#finished || event.data === '' || event.data === '[DONE]') return [];
    const json = asObject(parseJson(event.data));
    if (json === undefined) {
      throw new WeirError('upstream.bad_reply', { details: { type: 'not_json' } });
    }
    const parts: Part[] = [];
    this.#read(asString(json.type) ?? event.name ?? (json.error ? 'error' : ''), json, parts);
    return parts;
  }

  end(): readonly Part[] {
    if (this.#finished) return [];
    throw new WeirError('upstream.bad_reply', {
      message: 'The provider ended the stream before the response was complete.',
      details: { type: 'upstream_truncated' },
    });
  }

  #read(type: string, json: JsonObject, out: Part[]): void {
    switch (type) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        this.#start(asObject(json.response) ?? {}, out);
        return;
      case 'response.output_item.added':
        this.#open(json, out);
        return;
      case 'response.output_text.delta':
        this.#text('text', json, out);
        return;
      case 'response.refusal.delta':
        this.#text('refusal', json, out);
        return;
      case 'response.output_text.done':
      case 'response.refusal.done':
      case 'response.content_part.done':
        this.#closePart(json, out);
        return;
      case 'response.function_call_arguments.delta':
        this.#argumentsDelta(json, asString(json.delta) ?? '', out);
        return;
      case 'response.custom_tool_call_input.delta':
        this.#argumentsDelta(json, JSON.stringify(asString(json.delta) ?? '').slice(1, -1), out);
        return;
      case 'response.reasoning_text.delta':
        this.#reasoning(`content:${json.content_index ?? 0}`, json, out);
        return;
      case 'response.reasoning_summary_text.delta':
        this.#reasoning(`summary:${json.summary_index ?? 0}`, json, out);
        return;
      case 'response.output_item.done':
        this.#closeItem(keyOf(json), asObject(json.item) ?? {}, out);
        return;
      case 'response.completed':
      case 'response.incomplete':
        this.#finish(type, asObject(json.response) ?? {}, out);
        return;
      case 'response.failed':
        throw failureOf(asObject(json.response) ?? {});
      case 'error':
        throw failureOf(json);
    }
  }

  #start(response: JsonObject, out: Part[]): void {
    if (this.#started) return;
    this.#started = true;
    const createdS = Math.floor(asNumber(response.created_at) ?? 0);
    out.push({ type: 'start', id: asString(response.id) ?? '', model: asString(response.model) ?? '', createdS });
  }

  #open(json: JsonObject, out: Part[]): void {
    const item = asObject(json.item) ?? {};
    const state = newItemState(item);
    this.#items.set(keyOf(json), state);
    if (state.type !== 'function_call' && state.type !== 'custom_tool_call') return;
    this.#kinds.add('tool-call');
    const id = asString(item.call_id) ?? asString(item.id) ?? '';
    const block = this.#blockOf(state, 0);
    out.push({ type: 'tool-call-start', choice: 0, block, id, name: asString(item.name) ?? '' });
  }

  #text(kind: 'text' | 'refusal', json: JsonObject, out: Part[]): void {
    const text = asString(json.delta) ?? '';
    if (text === '') return;
    const state = this.#stateOf(json, 'message');
    state.streamed = true;
    this.#kinds.add(kind);
    const block = this.#blockOf(state, asNumber(json.content_index) ?? 0);
    out.push({ type: `${kind}-delta`, choice: 0, block, text });
  }

  #argumentsDelta(json: JsonObject, text: string, out: Part[]): void {
    const state = this.#items.get(keyOf(json));
    if (state === undefined || text === '') return;
    const opening = state.type === 'custom_tool_call' && !state.streamed ? '{"input":"' : '';
    state.streamed = true;
    const block = this.#blockOf(state, 0);
    out.push({ type: 'tool-call-delta', choice: 0, block, argumentsText: opening + text });
  }

  #reasoning(place: string, json: JsonObject, out: Part[]): void {
    const delta = asString(json.delta) ?? '';
    if (delta === '') return;
    const state = this.#stateOf(json, 'reasoning');
    const text = state.place !== undefined && state.place !== place ? `\n\n${delta}` : delta;
    state.place = place;
    state.streamed = true;
    out.push({ type: 'reasoning-delta', choice: 0, block: this.#blockOf(state, 0), text });
  }

  #closePart(json: JsonObject, out: Part[]): void {
    const entry = this.#items.get(keyOf(json))?.blocks.get(asNumber(json.content_index) ?? 0);
    if (entry?.open !== true) return;
    entry.open = false;
    out.push({ type: 'block-end', choice: 0, block: entry.block });
  }

  /** The whole item arrived: ends its blocks, or shows all of it when there were no deltas. */
  #closeItem(key: number | string, item: JsonObject, out: Part[]): void {
    const state = this.#items.get(key) ?? newItemState(item);
    this.#items.set(key, state);
    if (state.type !== (asString(item.type) ?? 'message')) return;
    if (state.streamed) {
      this.#closeStreamed(state, item, out);
      return;
    }
    state.streamed = true;
    for (const content of decodeOutputItem(item)) {
      this.#kinds.add(content.type);
      const opened = state.blocks.get(0);
      const parts = partsOfContent(content, opened?.block ?? this.#nextBlock++);
      if (opened !== undefined) opened.open = false;
      out.push(...(opened === undefined ? parts : parts.slice(1)));
    }
  }

  #closeStreamed(state: ItemState, item: JsonObject, out: Part[]): void {
    for (const entry of state.blocks.values()) {
      if (!entry.open) continue;
      entry.open = false;
      const at = { choice: 0, block: entry.block };
      if (state.type === 'custom_tool_call') out.push({ type: 'tool-call-delta', ...at, argumentsText: '"}' });
      if (state.type !== 'reasoning') out.push({ type: 'block-end', ...at });
      else for (const content of decodeOutputItem(item)) out.push(...partsOfContent(content, entry.block).slice(-1));
    }
  }

  #finish(type: string, response: JsonObject, out: Part[]): void {
    this.#start(response, out);
    (asArray(response.output) ?? []).forEach((entry, index) => {
      const item = asObject(entry) ?? {};
      this.#closeItem(this.#items.has(index) ? index : (asString(item.id) ?? index), item, out);
    });
    const usage = decodeUsage(response.usage);
    if (usage !== undefined) out.push({ type: 'usage', usage });
    const status = type === 'response.incomplete' ? 'incomplete' : (response.status ?? 'completed');
    const reason = decodeFinishReason({ ...response, status }, this.#kinds);
    out.push({ type: 'finish', choice: 0, reason }, { type: 'end' });
    this.#finished = true;
  }

  #stateOf(json: JsonObject, type: string): ItemState {
    const key = keyOf(json);
    const state = this.#items.get(key) ?? newItemState({ type });
    this.#items.set(key, state);
    return state;
  }

  #blockOf(state: ItemState, index: number): number {
    const known = state.blocks.get(index);
    if (known !== undefined) return known.block;
    const block = this.#nextBlock++;
    state.blocks.set(index, { block, open: true });
    return block;
  }
}

function keyOf(json: JsonObject): number | string {
  return asNumber(json.output_index) ?? asString(json.item_id) ?? asString(asObject(json.item)?.id) ?? 0;
}
