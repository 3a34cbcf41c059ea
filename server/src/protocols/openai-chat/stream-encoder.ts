import type { Part } from '../../kernel/chat.ts';
import type { Usage } from '../../kernel/usage.ts';
import type { ClientRequest, ReplyContext, StreamEncoder } from '../../ports/protocol.ts';
import { wantsLegacyCalls } from './encode-reply.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { encodeUsage } from './usage.ts';

interface OpenChoice {
  /** Position of each tool call among the choice's calls, by block. */
  readonly toolIndexes: Map<number, number>;
  /** Calls whose arguments have begun; the others get `{}` at the end, as in a whole reply. */
  readonly argued: Set<number>;
  hasRefusal: boolean;
}

/** Writes parts as chat completion chunks. Texts are put together by hand: the frame of a stream never changes. */
export class OpenAiChatStreamEncoder implements StreamEncoder {
  readonly #request: ClientRequest;
  readonly #context: ReplyContext;
  readonly #legacy: boolean;
  readonly #choices = new Map<number, OpenChoice>();
  /** Everything of a chunk before its choices. */
  #head: string;
  /** Everything behind them: with the usage option every chunk shows usage, null until the last. */
  readonly #tail: string;
  #usage: Usage | undefined;

  constructor(request: ClientRequest, context: ReplyContext) {
    this.#request = request;
    this.#context = context;
    this.#legacy = wantsLegacyCalls(request.json);
    this.#head = this.#frame({ id: '', model: '', createdS: 0 });
    this.#tail = request.includeUsage ? '],"usage":null}\n\n' : ']}\n\n';
  }

  encode(part: Part): string {
    switch (part.type) {
      case 'start':
        // The role chunk waits for the first delta, which decides its content.
        this.#head = this.#frame(part);
        return '';
      case 'text-delta':
        return this.#text(part.choice, 'content', part.text);
      case 'reasoning-delta':
        return this.#text(part.choice, 'reasoning_content', part.text);
      case 'refusal-delta': {
        const opening = this.#open(part.choice, false);
        this.#choice(part.choice).hasRefusal = true;
        return opening + this.#text(part.choice, 'refusal', part.text);
      }
      case 'tool-call-start':
        return this.#toolStart(part);
      case 'tool-call-delta':
        return this.#toolDelta(part.choice, part.block, part.argumentsText);
      case 'block-end':
        return this.#blockEnd(part.choice, part.block);
      case 'usage':
        this.#usage = part.usage;
        return '';
      case 'finish':
        return this.#finish(part);
      case 'end':
        return `${this.#usageChunk()}data: [DONE]\n\n`;
      default:
        return '';
    }
  }

  #frame({ id, model, createdS }: { id: string; model: string; createdS: number }): string {
    const shownId = JSON.stringify(id === '' ? `chatcmpl-${this.#context.requestId}` : id);
    const shownModel = JSON.stringify(model === '' ? (this.#request.model ?? '') : model);
    const created = createdS === 0 ? this.#context.createdS : createdS;
    return `data: {"id":${shownId},"object":"chat.completion.chunk","created":${created},"model":${shownModel},"choices":[`;
  }

  #chunk(choice: number, delta: string, reason = 'null'): string {
    return `${this.#head}{"index":${choice},"delta":${delta},"logprobs":null,"finish_reason":${reason}}${this.#tail}`;
  }

  /** The role chunk that begins a choice, '' when it has begun. Content is null, as OpenAI has it, unless text comes. */
  #open(choice: number, hasText: boolean): string {
    if (this.#choices.has(choice)) return '';
    this.#choice(choice);
    return this.#chunk(choice, hasText ? '{"role":"assistant","content":""}' : '{"role":"assistant","content":null}');
  }

  #choice(index: number): OpenChoice {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = { toolIndexes: new Map(), argued: new Set(), hasRefusal: false };
      this.#choices.set(index, choice);
    }
    return choice;
  }

  #text(choice: number, field: string, text: string): string {
    return this.#open(choice, field === 'content') + this.#chunk(choice, `{"${field}":${JSON.stringify(text)}}`);
  }

  #toolStart(part: Part & { type: 'tool-call-start' }): string {
    const opening = this.#open(part.choice, false);
    const { toolIndexes } = this.#choice(part.choice);
    const index = toolIndexes.size;
    toolIndexes.set(part.block, index);
    const called = `{"name":${JSON.stringify(part.name)},"arguments":""}`;
    if (this.#legacy) return opening + (index === 0 ? this.#chunk(part.choice, `{"function_call":${called}}`) : '');
    const call = `{"index":${index},"id":${JSON.stringify(part.id)},"type":"function","function":${called}}`;
    return opening + this.#chunk(part.choice, `{"tool_calls":[${call}]}`);
  }

  #toolDelta(choice: number, block: number, argumentsText: string): string {
    const { toolIndexes, argued } = this.#choice(choice);
    const index = toolIndexes.get(block);
    if (index === undefined) return '';
    argued.add(block);
    const called = `{"arguments":${JSON.stringify(argumentsText)}}`;
    if (this.#legacy) return index === 0 ? this.#chunk(choice, `{"function_call":${called}}`) : '';
    return this.#chunk(choice, `{"tool_calls":[{"index":${index},"function":${called}}]}`);
  }

  #blockEnd(choice: number, block: number): string {
    const { toolIndexes, argued } = this.#choice(choice);
    return toolIndexes.has(block) && !argued.has(block) ? this.#toolDelta(choice, block, '{}') : '';
  }

  #finish({ choice, reason }: Part & { type: 'finish' }): string {
    const opening = this.#open(choice, true);
    const word = encodeFinishReason(reason, this.#choice(choice));
    const shown = this.#legacy && word === 'tool_calls' ? 'function_call' : word;
    return opening + this.#chunk(choice, '{}', `"${shown}"`);
  }

  #usageChunk(): string {
    if (!this.#request.includeUsage || this.#usage === undefined) return '';
    return `${this.#head}],"usage":${JSON.stringify(encodeUsage(this.#usage))}}\n\n`;
  }
}
