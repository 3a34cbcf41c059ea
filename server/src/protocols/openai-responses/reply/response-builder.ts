import type { FinishReason, Part } from '../../../kernel/chat.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Usage } from '../../../kernel/usage.ts';
import type { ClientRequest, ReplyContext } from '../../../ports/protocol.ts';
import { customToolNames } from '../custom-tool.ts';
import { encodeUsage } from '../usage.ts';
import { type Ending, encodeEnding } from './finish-reason.ts';
import {
  type Emit,
  type OpenBlock,
  type OpenReasoning,
  openCall,
  openMessagePart,
  openReasoning,
} from './output-item.ts';
import { responseIdOf, responseObject } from './response-object.ts';

type ContentPart<T extends Part['type']> = Extract<Part, { type: T }>;

interface OpenMessage {
  readonly index: number;
  readonly item: JsonObject & { content: JsonObject[] };
  /** Blocks of its content that may still grow. */
  readonly blocks: Set<number>;
}

/**
 * Grows a response out of parts and tells every step. Streams write the steps as events, whole replies only read the
 * result, so both always agree.
 */
export class ResponseBuilder {
  readonly #request: ClientRequest;
  readonly #context: ReplyContext;
  readonly #emit: Emit;
  readonly #customTools: ReadonlySet<string>;
  readonly #output: JsonObject[] = [];
  readonly #blocks = new Map<number, OpenBlock>();
  readonly #reasoning = new Map<number, OpenReasoning>();
  #message: OpenMessage | undefined;
  #model: string;
  #usage: Usage | undefined;
  #reason: FinishReason = 'stop';
  #hasRefusal = false;
  #started = false;

  constructor(request: ClientRequest, context: ReplyContext, emit: Emit) {
    this.#request = request;
    this.#context = context;
    this.#emit = emit;
    this.#customTools = customToolNames(request.json);
    this.#model = request.model ?? '';
  }

  add(part: Part): void {
    if ('choice' in part && part.choice !== 0) return;
    if (part.type === 'start') {
      this.#start(part.model);
      return;
    }
    if (part.type === 'usage') {
      this.#usage = part.usage;
      return;
    }
    if (part.type === 'finish') {
      this.#reason = part.reason;
      return;
    }
    this.#start(this.#model);
    if (part.type === 'refusal-delta') this.#hasRefusal = true;
    if (part.type === 'end') {
      this.#finish();
      return;
    }
    this.#content(part);
  }

  /** The response as it stands; whole after `end`. */
  response(): JsonObject {
    return this.#snapshot(this.#ending());
  }

  #start(model: string): void {
    if (this.#started) return;
    this.#started = true;
    if (model !== '') this.#model = model;
    const response = this.#snapshot({ status: 'in_progress', error: null, incompleteDetails: null });
    this.#emit('response.created', { response });
    this.#emit('response.in_progress', { response });
  }

  #content(part: Exclude<Part, ContentPart<'start' | 'usage' | 'finish' | 'end'>>): void {
    switch (part.type) {
      case 'text-delta':
        this.#messagePart(part.block, 'text').add(part.text);
        return;
      case 'refusal-delta':
        this.#messagePart(part.block, 'refusal').add(part.text);
        return;
      case 'tool-call-start':
        this.#openCall(part);
        return;
      case 'tool-call-delta':
        this.#blocks.get(part.block)?.add(part.argumentsText);
        return;
      case 'reasoning-delta':
        this.#openReasoning(part.block).add(part.text);
        return;
      case 'reasoning-end':
        this.#endReasoning(part);
        return;
      case 'block-end':
        this.#close(part.block);
        return;
      case 'opaque':
        this.#whole(part);
        return;
    }
  }

  #messagePart(block: number, kind: 'text' | 'refusal'): OpenBlock {
    const known = this.#blocks.get(block);
    if (known !== undefined) return known;
    const message = this.#message ?? this.#openMessage();
    const place = { id: String(message.item.id), index: message.index, emit: this.#emit };
    const opened = openMessagePart(place, message.item.content, kind);
    message.blocks.add(block);
    this.#blocks.set(block, opened);
    return opened;
  }

  #openMessage(): OpenMessage {
    const index = this.#output.length;
    const item = { id: this.#itemId('msg'), type: 'message', status: 'in_progress', role: 'assistant', content: [] };
    this.#output.push(item);
    this.#emit('response.output_item.added', { output_index: index, item });
    this.#message = { index, item, blocks: new Set() };
    return this.#message;
  }

  #closeMessage(status: 'completed' | 'incomplete'): void {
    const message = this.#message;
    if (message === undefined) return;
    for (const block of message.blocks) this.#close(block);
    this.#message = undefined;
    message.item.status = status;
    this.#emit('response.output_item.done', { output_index: message.index, item: message.item });
  }

  #openCall(part: ContentPart<'tool-call-start'>): void {
    this.#closeMessage('completed');
    const isCustom = this.#customTools.has(part.name);
    const id = this.#itemId(isCustom ? 'ctc' : 'fc');
    const common = { id, status: 'in_progress', call_id: part.id, name: part.name };
    const item: JsonObject = isCustom
      ? { type: 'custom_tool_call', ...common, input: '' }
      : { type: 'function_call', ...common, arguments: '' };
    const place = { id, index: this.#output.length, emit: this.#emit };
    this.#output.push(item);
    this.#blocks.set(part.block, openCall(place, item));
  }

  #openReasoning(block: number): OpenReasoning {
    const known = this.#reasoning.get(block);
    if (known !== undefined) return known;
    this.#closeMessage('completed');
    const id = this.#itemId('rs');
    const item = { id, type: 'reasoning', summary: [] };
    const place = { id, index: this.#output.length, emit: this.#emit };
    this.#output.push(item);
    const opened = openReasoning(place, item);
    this.#reasoning.set(block, opened);
    this.#blocks.set(block, opened);
    return opened;
  }

  #endReasoning(part: ContentPart<'reasoning-end'>): void {
    const hasProof = part.signature !== undefined || part.encrypted !== undefined;
    if (!hasProof && !this.#reasoning.has(part.block)) return;
    this.#openReasoning(part.block).prove(part);
    this.#close(part.block);
  }

  /** A block only this wire understands is an output item as it is. */
  #whole(part: ContentPart<'opaque'>): void {
    const { wire, value } = part.content;
    if (wire !== 'openai-responses') return;
    this.#closeMessage('completed');
    const index = this.#output.length;
    const item = value as JsonObject;
    this.#output.push(item);
    this.#emit('response.output_item.added', { output_index: index, item });
    this.#emit('response.output_item.done', { output_index: index, item });
  }

  #close(block: number): void {
    const open = this.#blocks.get(block);
    this.#blocks.delete(block);
    this.#reasoning.delete(block);
    this.#message?.blocks.delete(block);
    open?.close();
  }

  #finish(): void {
    const { status } = this.#ending();
    this.#closeMessage(status === 'completed' ? 'completed' : 'incomplete');
    for (const block of [...this.#blocks.keys()]) this.#close(block);
    this.#emit(`response.${status}`, { response: this.response() });
  }

  /** A refusal without its text (Anthropic's) has no other word here than that of a filter. */
  #ending(): Ending {
    const isWordless = this.#reason === 'refusal' && !this.#hasRefusal;
    return encodeEnding(isWordless ? 'content-filter' : this.#reason);
  }

  #snapshot(ending: Pick<Ending, 'error' | 'incompleteDetails'> & { status: string }): JsonObject {
    return responseObject(this.#request, {
      id: responseIdOf(this.#context.requestId),
      createdS: this.#context.createdS,
      model: this.#model,
      ...ending,
      output: this.#output,
      usage: this.#usage === undefined ? null : encodeUsage(this.#usage),
    });
  }

  #itemId(prefix: string): string {
    const number = this.#output.length.toString(16).padStart(4, '0');
    return `${prefix}_${responseIdOf(this.#context.requestId).slice('resp_'.length)}${number}`;
  }
}
