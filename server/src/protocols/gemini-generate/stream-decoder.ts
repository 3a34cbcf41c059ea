import type { Part } from '../../kernel/chat.ts';
import { asArray, asNumber, asObject, asString, isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { WireEvent } from '../../ports/framing.ts';
import type { StreamDecoder } from '../../ports/protocol.ts';
import { failureEvent, malformedEvent, truncatedStream } from '../upstream-failure.ts';
import { CandidateDecoder } from './candidate-decoder.ts';
import { readError } from './read-error.ts';
import { decodeUsage } from './usage.ts';

const MAX_CANDIDATES = 64;

/** Every event is a small reply; the stream ends by ending, so it is whole when every candidate has finished. */
export class GeminiStreamDecoder implements StreamDecoder {
  readonly #candidates = new Map<number, CandidateDecoder>();
  #replyId: string | undefined;

  decode(event: WireEvent): readonly Part[] {
    if (event.data === '' || event.data === '[DONE]') return [];
    const json = parseJson(event.data);
    if (!isObject(json)) throw malformedEvent();
    if (json.error !== undefined) throw failureEvent(asNumber(asObject(json.error)?.code) ?? 500, readError(json));
    return this.reply(json);
  }

  end(): readonly Part[] {
    const candidates = [...this.#candidates.values()];
    if (candidates.length === 0 || !candidates.every(({ finished }) => finished)) throw truncatedStream();
    return [{ type: 'end' }];
  }

  /** The parts of a piece of the reply, or of a whole one. */
  reply(json: JsonObject): readonly Part[] {
    const parts: Part[] = [];
    if (this.#replyId === undefined) parts.push(this.#start(json));
    for (const [position, value] of (asArray(json.candidates) ?? []).entries()) {
      const candidate = asObject(value);
      if (candidate === undefined) throw malformedEvent();
      this.#candidate(asNumber(candidate.index) ?? position).decode(candidate, this.#replyId ?? '', parts);
    }
    const isBlocked = asString(asObject(json.promptFeedback)?.blockReason) !== undefined;
    if (isBlocked && this.#candidates.size === 0) this.#candidate(0).finish('SAFETY', parts);
    const usage = decodeUsage(json.usageMetadata);
    if (usage !== undefined) parts.push({ type: 'usage', usage });
    return parts;
  }

  #start(json: JsonObject): Part {
    this.#replyId = asString(json.responseId) ?? '';
    const createdMs = Date.parse(asString(json.createTime) ?? '');
    return {
      type: 'start',
      id: this.#replyId,
      model: asString(json.modelVersion) ?? '',
      createdS: Number.isNaN(createdMs) ? 0 : Math.floor(createdMs / 1000),
    };
  }

  #candidate(index: number): CandidateDecoder {
    let candidate = this.#candidates.get(index);
    if (candidate === undefined) {
      if (!Number.isInteger(index) || index < 0 || index >= MAX_CANDIDATES) throw malformedEvent();
      candidate = new CandidateDecoder(index);
      this.#candidates.set(index, candidate);
    }
    return candidate;
  }
}
