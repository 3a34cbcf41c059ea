import type { Part } from '../../kernel/chat.ts';
import { asObject, asString, isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { WireEvent } from '../../ports/framing.ts';
import type { StreamDecoder } from '../../ports/protocol.ts';
import { BlockTracker } from '../block-tracker.ts';
import { failureEvent, malformedEvent, truncatedStream } from '../upstream-failure.ts';
import { decodeFinishReason } from './finish-reason.ts';
import { decodeUsage } from './usage.ts';

/** Reads the events of a v2 chat stream; those it does not know (citations, debug) are skipped. */
export class CohereStreamDecoder implements StreamDecoder {
  readonly #blocks = new BlockTracker(0);
  #call: number | undefined;
  #wasThinking = false;
  #ended = false;

  decode(event: WireEvent): readonly Part[] {
    if (event.data === '' || event.data === '[DONE]' || this.#ended) return [];
    const json = parseJson(event.data);
    if (!isObject(json)) throw malformedEvent();
    const parts: Part[] = [];
    this.#read(json, asString(json.type) ?? event.name, parts);
    return parts;
  }

  end(): readonly Part[] {
    if (!this.#ended) throw truncatedStream();
    return [];
  }

  #read(json: JsonObject, type: string | undefined, parts: Part[]): void {
    const delta = asObject(json.delta);
    const message = asObject(delta?.message);
    switch (type) {
      case 'message-start':
        // The wire names neither the model nor the time.
        parts.push({ type: 'start', id: asString(json.id) ?? '', model: '', createdS: 0 });
        return;
      case 'content-start':
      case 'content-delta':
        return this.#content(asObject(message?.content), parts);
      case 'content-end':
        return this.#endThinking(parts);
      case 'tool-plan-delta':
        return this.#blocks.delta('text', asString(message?.tool_plan) ?? '', parts);
      case 'tool-call-start':
        return this.#startCall(asObject(message?.tool_calls), parts);
      case 'tool-call-delta':
        return this.#arguments(asObject(message?.tool_calls), parts);
      case 'tool-call-end':
        return this.#endCall(parts);
      case 'message-end':
        return this.#finish(delta ?? {}, parts);
      default:
        if (type === undefined && asString(json.message) !== undefined) throw failureOf(json.message);
    }
  }

  #content(content: JsonObject | undefined, parts: Part[]): void {
    const thinking = asString(content?.thinking) ?? '';
    if (thinking !== '') this.#wasThinking = true;
    this.#blocks.delta('reasoning', thinking, parts);
    this.#blocks.delta('text', asString(content?.text) ?? '', parts);
  }

  /** Says whose reasoning it was, so that it can be given back. */
  #endThinking(parts: Part[]): void {
    if (!this.#wasThinking || this.#blocks.openKind !== 'reasoning') return;
    this.#wasThinking = false;
    parts.push({ type: 'reasoning-end', choice: 0, block: this.#blocks.current, wire: 'cohere-chat' });
    this.#blocks.close(parts);
  }

  #startCall(call: JsonObject | undefined, parts: Part[]): void {
    this.#endCall(parts);
    const block = this.#blocks.open(parts);
    this.#call = block;
    const called = asObject(call?.function);
    const id = asString(call?.id) ?? '';
    parts.push({ type: 'tool-call-start', choice: 0, block, id, name: asString(called?.name) ?? '' });
    this.#arguments(call, parts);
  }

  #arguments(call: JsonObject | undefined, parts: Part[]): void {
    const argumentsText = asString(asObject(call?.function)?.arguments) ?? '';
    if (this.#call === undefined || argumentsText === '') return;
    parts.push({ type: 'tool-call-delta', choice: 0, block: this.#call, argumentsText });
  }

  #endCall(parts: Part[]): void {
    if (this.#call === undefined) return;
    parts.push({ type: 'block-end', choice: 0, block: this.#call });
    this.#call = undefined;
  }

  #finish(delta: JsonObject, parts: Part[]): void {
    const reason = asString(delta.finish_reason) ?? '';
    if (reason === 'ERROR' || asString(delta.error) !== undefined) throw failureOf(delta.error);
    this.#endCall(parts);
    this.#blocks.close(parts);
    const usage = decodeUsage(delta.usage);
    if (usage !== undefined) parts.push({ type: 'usage', usage });
    parts.push({ type: 'finish', choice: 0, reason: decodeFinishReason(reason) }, { type: 'end' });
    this.#ended = true;
  }
}

/** Errors inside a stream come without a status. */
function failureOf(message: unknown): Error {
  return failureEvent(500, typeof message === 'string' ? { message } : {});
}
