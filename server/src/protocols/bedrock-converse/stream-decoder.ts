import type { Part } from '../../kernel/chat.ts';
import { asNumber, asObject, asString, isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { WireEvent } from '../../ports/framing.ts';
import type { StreamDecoder } from '../../ports/protocol.ts';
import { malformedEvent, truncatedStream } from '../upstream-failure.ts';
import { decodeStopReason } from './stop-reason.ts';
import { bedrockFailure } from './stream-failure.ts';
import { decodeUsage } from './usage.ts';

interface OpenReasoning {
  signature?: string;
  encrypted?: string;
}

/** Reads the events of ConverseStream; the last one is the metadata, which holds the usage. */
export class ConverseStreamDecoder implements StreamDecoder {
  readonly #reasoning = new Map<number, OpenReasoning>();
  #finished = false;
  #ended = false;

  decode(event: WireEvent): readonly Part[] {
    const failure = bedrockFailure(event);
    if (failure !== undefined) throw failure;
    if (event.name === undefined) {
      // A frame that the end of the stream cut off.
      return [];
    }
    const json = parseJson(event.data);
    if (!isObject(json)) throw malformedEvent();
    return this.#read(event.name, json);
  }

  end(): readonly Part[] {
    if (this.#ended) return [];
    if (!this.#finished) throw truncatedStream();
    this.#ended = true;
    return [{ type: 'end' }];
  }

  #read(name: string, json: JsonObject): readonly Part[] {
    const block = asNumber(json.contentBlockIndex) ?? 0;
    switch (name) {
      case 'messageStart':
        // The wire says neither id nor model nor time.
        return [{ type: 'start', id: '', model: '', createdS: 0 }];
      case 'contentBlockStart':
        return startBlock(block, asObject(asObject(json.start)?.toolUse));
      case 'contentBlockDelta':
        return this.#delta(block, asObject(json.delta) ?? {});
      case 'contentBlockStop':
        return [...this.#endReasoning(block), { type: 'block-end', choice: 0, block }];
      case 'messageStop':
        this.#finished = true;
        return [{ type: 'finish', choice: 0, reason: decodeStopReason(asString(json.stopReason) ?? '') }];
      case 'metadata':
        return this.#metadata(json);
      default:
        return [];
    }
  }

  #delta(block: number, delta: JsonObject): readonly Part[] {
    const text = asString(delta.text);
    if (text !== undefined) return text === '' ? [] : [{ type: 'text-delta', choice: 0, block, text }];
    const argumentsText = asString(asObject(delta.toolUse)?.input);
    if (argumentsText !== undefined) {
      return argumentsText === '' ? [] : [{ type: 'tool-call-delta', choice: 0, block, argumentsText }];
    }
    const reasoning = asObject(delta.reasoningContent);
    return reasoning === undefined ? [] : this.#reasoningDelta(block, reasoning);
  }

  #reasoningDelta(block: number, delta: JsonObject): readonly Part[] {
    const open = this.#reasoning.get(block) ?? {};
    this.#reasoning.set(block, open);
    const signature = asString(delta.signature);
    const encrypted = asString(delta.redactedContent);
    if (signature !== undefined) open.signature = (open.signature ?? '') + signature;
    if (encrypted !== undefined) open.encrypted = (open.encrypted ?? '') + encrypted;
    const text = asString(delta.text) ?? '';
    return text === '' ? [] : [{ type: 'reasoning-delta', choice: 0, block, text }];
  }

  #endReasoning(block: number): readonly Part[] {
    const open = this.#reasoning.get(block);
    if (open === undefined) return [];
    this.#reasoning.delete(block);
    return [{ type: 'reasoning-end', choice: 0, block, ...open, wire: 'bedrock-converse' }];
  }

  #metadata(json: JsonObject): readonly Part[] {
    const usage = decodeUsage(json.usage);
    const parts: Part[] = usage === undefined ? [] : [{ type: 'usage', usage }];
    if (this.#finished) {
      this.#ended = true;
      parts.push({ type: 'end' });
    }
    return parts;
  }
}

/** Only tool calls say that they start. */
function startBlock(block: number, call: JsonObject | undefined): readonly Part[] {
  if (call === undefined) return [];
  const id = asString(call.toolUseId) ?? '';
  return [{ type: 'tool-call-start', choice: 0, block, id, name: asString(call.name) ?? '' }];
}
