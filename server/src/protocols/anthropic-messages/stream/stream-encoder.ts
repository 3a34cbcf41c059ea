import type { Part } from '../../../kernel/chat.ts';
import { asArray, asObject, type JsonObject } from '../../../kernel/json.ts';
import { NO_USAGE, type Usage } from '../../../kernel/usage.ts';
import type { ReplyContext, StreamEncoder } from '../../../ports/protocol.ts';
import { encodeEmptyMessage, textBlock, thinkingBlock, toolUseBlock } from '../reply/encode-reply.ts';
import { encodeStopReason } from '../reply/stop-reason.ts';
import { encodeUsage } from '../reply/usage.ts';
import { eventText } from './event-text.ts';

type BlockPart = Part & { readonly block: number };

interface OpenBlock {
  readonly index: number;
  readonly isToolCall: boolean;
}

/**
 * Writes one message: message_start once, each block between its start and stop, and at the end one message_delta with
 * the final usage before message_stop. Text and thinking blocks never overlap; tool calls may, each under its own index.
 */
export class MessageStreamEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  /** Shown when the provider does not say which model answered. */
  readonly #askedModel: string;
  #start: { readonly id: string; readonly model: string } | undefined;
  #isStarted = false;
  #nextIndex = 0;
  readonly #open = new Map<number, OpenBlock>();
  #hasToolCalls = false;
  #usage: Usage = NO_USAGE;
  #finish: (Part & { type: 'finish' }) | undefined;

  constructor(context: ReplyContext, askedModel = '') {
    this.#context = context;
    this.#askedModel = askedModel;
  }

  encode(part: Part): string {
    // One choice is all the wire has.
    if ('choice' in part && part.choice !== 0) return '';
    switch (part.type) {
      case 'start':
        this.#start ??= part;
        return '';
      case 'usage':
        this.#usage = part.usage;
        return '';
      case 'text-delta':
      case 'refusal-delta':
        return this.#textDelta(part);
      case 'reasoning-delta':
        return this.#delta(part, thinkingBlock('', ''), { type: 'thinking_delta', thinking: part.text });
      case 'reasoning-end':
        return this.#endReasoning(part);
      case 'tool-call-start':
        this.#hasToolCalls = true;
        return this.#openBlock(part.block, toolUseBlock(part.id, part.name, {}));
      case 'tool-call-delta':
        return this.#writeDelta(part.block, { type: 'input_json_delta', partial_json: part.argumentsText });
      case 'block-end':
        return this.#citations(part) + this.#closeBlock(part.block);
      case 'opaque':
        return this.#opaque(part);
      case 'finish':
        this.#finish = part;
        return this.#startMessage() + this.#closeBlocks();
      case 'end':
        return this.#end();
    }
  }

  /** Held until the first content, because the usage of the prompt may still arrive in between. */
  #startMessage(): string {
    if (this.#isStarted) return '';
    this.#isStarted = true;
    const { id, model } = this.#start ?? { id: '', model: '' };
    const message = encodeEmptyMessage({ id, model: model || this.#askedModel }, this.#context);
    return eventText('message_start', { message: { ...message, usage: encodeUsage(this.#usage) } });
  }

  #delta(part: BlockPart, block: JsonObject, delta: JsonObject): string {
    const opening = this.#open.has(part.block) ? '' : this.#openBlock(part.block, block);
    return opening + this.#writeDelta(part.block, delta);
  }

  /** Nearly every part of a stream is one of these, so the text around it is not built anew. */
  #textDelta(part: Part & { type: 'text-delta' | 'refusal-delta' }): string {
    const opening = this.#open.has(part.block) ? '' : this.#openBlock(part.block, textBlock(''));
    const index = this.#open.get(part.block)?.index;
    const delta = `{"type":"text_delta","text":${JSON.stringify(part.text)}}`;
    return `${opening}event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":${delta}}\n\n`;
  }

  #openBlock(block: number, value: JsonObject): string {
    const isToolCall = value.type === 'tool_use';
    const before = this.#startMessage() + this.#closeBlocks(isToolCall);
    const index = this.#nextIndex++;
    this.#open.set(block, { index, isToolCall });
    return before + eventText('content_block_start', { index, content_block: value });
  }

  #writeDelta(block: number, delta: JsonObject): string {
    const open = this.#open.get(block);
    return open === undefined ? '' : eventText('content_block_delta', { index: open.index, delta });
  }

  #closeBlock(block: number): string {
    const open = this.#open.get(block);
    if (open === undefined) return '';
    this.#open.delete(block);
    return eventText('content_block_stop', { index: open.index });
  }

  #closeBlocks(keepToolCalls = false): string {
    let text = '';
    for (const [block, open] of this.#open) if (!keepToolCalls || !open.isToolCall) text += this.#closeBlock(block);
    return text;
  }

  #endReasoning(part: Part & { type: 'reasoning-end' }): string {
    if (part.wire !== 'anthropic-messages') return this.#closeBlock(part.block);
    if (part.encrypted !== undefined) {
      return (
        this.#openBlock(part.block, { type: 'redacted_thinking', data: part.encrypted }) + this.#closeBlock(part.block)
      );
    }
    const { signature } = part;
    if (signature === undefined) return this.#closeBlock(part.block);
    const proof = this.#delta(part, thinkingBlock('', ''), { type: 'signature_delta', signature });
    return proof + this.#closeBlock(part.block);
  }

  #citations(part: Part & { type: 'block-end' }): string {
    const citations = asArray(part.annotations) ?? [];
    return citations.map((citation) => this.#writeDelta(part.block, { type: 'citations_delta', citation })).join('');
  }

  #opaque({ content }: Part & { type: 'opaque' }): string {
    const value = content.wire === 'anthropic-messages' ? asObject(content.value) : undefined;
    if (value === undefined) return '';
    const before = this.#startMessage() + this.#closeBlocks();
    const index = this.#nextIndex++;
    return `${before}${eventText('content_block_start', { index, content_block: value })}${eventText('content_block_stop', { index })}`;
  }

  #end(): string {
    const before = this.#startMessage() + this.#closeBlocks();
    const stopSequence = this.#finish?.stopSequence;
    const reason = this.#finish?.reason ?? 'stop';
    const delta = {
      stop_reason: encodeStopReason({ reason, stopSequence, hasToolCalls: this.#hasToolCalls }),
      stop_sequence: stopSequence ?? null,
      stop_details: null,
      container: null,
    };
    const last = eventText('message_delta', { delta, usage: encodeUsage(this.#usage) });
    return before + last + eventText('message_stop', {});
  }
}
