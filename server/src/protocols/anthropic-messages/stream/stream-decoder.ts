import type { Part } from '../../../kernel/chat.ts';
import { WeirError } from '../../../kernel/errors.ts';
import { asObject, asString, compact, type JsonObject, parseJson } from '../../../kernel/json.ts';
import type { WireEvent } from '../../../ports/framing.ts';
import type { SkimmedText, StreamDecoder } from '../../../ports/protocol.ts';
import { TextEvents } from '../../text-events.ts';
import { decodeStopReason } from '../reply/stop-reason.ts';
import { decodeUsage, mergeUsage } from '../reply/usage.ts';
import { streamError } from '../upstream-error.ts';
import { type BlockDecoder, blockDecoder } from './block-decoder.ts';

/** Reads the events of one message. Events and deltas it does not know are skipped, as the wire's documentation asks. */
export class MessageStreamDecoder implements StreamDecoder {
  readonly #texts = new TextEvents('text');
  #isStarted = false;
  #isFinished = false;
  #isEnded = false;
  #usage: JsonObject = {};
  /** Open blocks by the wire's index. */
  readonly #blocks = new Map<number, BlockDecoder>();

  decode(event: WireEvent): readonly Part[] {
    const parts = this.#decode(event);
    this.#texts.decoded(event, parts);
    return parts;
  }

  skim(bytes: Buffer, start: number, skimmed: SkimmedText): boolean {
    return this.#texts.skim(bytes, start, skimmed);
  }

  #decode(event: WireEvent): readonly Part[] {
    if (event.data === '' || this.#isEnded) return [];
    const json = asObject(parseJson(event.data));
    if (json === undefined) throw new WeirError('upstream.bad_reply', { details: { type: 'malformed_event' } });
    switch (asString(json.type) ?? event.name) {
      case 'message_start':
        return this.#start(asObject(json.message) ?? {});
      case 'content_block_start':
        return this.#startBlock(indexOf(json), asObject(json.content_block) ?? {});
      case 'content_block_delta':
        return this.#delta(indexOf(json), asObject(json.delta) ?? {});
      case 'content_block_stop':
        return this.#stopBlock(indexOf(json));
      case 'message_delta':
        return [...this.#readUsage(json.usage), ...this.#finish(asObject(json.delta) ?? {})];
      case 'message_stop':
        return this.#end();
      case 'error':
        throw streamError(event.data, json);
      default:
        return [];
    }
  }

  end(): readonly Part[] {
    if (this.#isEnded) return [];
    if (this.#isFinished) return this.#end();
    throw new WeirError('upstream.bad_reply', {
      message: 'The stream of the provider ended before the reply was complete.',
      details: { type: 'upstream_truncated' },
    });
  }

  #start(message: JsonObject): readonly Part[] {
    if (this.#isStarted) return [];
    this.#isStarted = true;
    // The wire has no creation time.
    const start: Part = {
      type: 'start',
      id: asString(message.id) ?? '',
      model: asString(message.model) ?? '',
      createdS: 0,
    };
    return [start, ...this.#readUsage(message.usage)];
  }

  #startBlock(index: number, block: JsonObject): readonly Part[] {
    const decoder = blockDecoder(index, block);
    this.#blocks.set(index, decoder);
    return decoder.start();
  }

  #delta(index: number, delta: JsonObject): readonly Part[] {
    return this.#blocks.get(index)?.delta(delta) ?? [];
  }

  #stopBlock(index: number): readonly Part[] {
    const parts = this.#blocks.get(index)?.stop() ?? [];
    this.#blocks.delete(index);
    return parts;
  }

  /** Counts are totals so far, and the last ones are authoritative. */
  #readUsage(value: unknown): readonly Part[] {
    const later = asObject(value);
    if (later === undefined) return [];
    const merged = mergeUsage(this.#usage, later);
    const usage = decodeUsage(merged);
    if (usage === undefined) return [];
    this.#usage = merged;
    return [{ type: 'usage', usage }];
  }

  #finish(delta: JsonObject): readonly Part[] {
    const stopReason = asString(delta.stop_reason);
    if (stopReason === undefined || this.#isFinished) return [];
    this.#isFinished = true;
    const stopSequence = asString(delta.stop_sequence);
    return [{ type: 'finish', choice: 0, reason: decodeStopReason(stopReason), ...compact({ stopSequence }) }];
  }

  #end(): readonly Part[] {
    this.#isEnded = true;
    return [{ type: 'end' }];
  }
}

function indexOf(json: JsonObject): number {
  return typeof json.index === 'number' ? json.index : -1;
}
