import type { ChatReply, Content, Part } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Usage } from '../../kernel/usage.ts';
import type { ClientRequest, ReplyContext, StreamEncoder } from '../../ports/protocol.ts';
import { encodeFinishReason } from '../openai-chat/finish-reason.ts';
import { encodeUsage } from '../openai-chat/usage.ts';

export function encodeCompletionReply(reply: ChatReply, request: ClientRequest, context: ReplyContext): JsonObject {
  return {
    ...frame(reply, request, context),
    choices: reply.choices.map(({ index, content, finishReason }) => ({
      text: textOf(content),
      index,
      logprobs: null,
      finish_reason: encodeFinishReason(finishReason, NO_REFUSAL),
    })),
    ...(reply.usage === undefined ? {} : { usage: encodeUsage(reply.usage) }),
  };
}

const NO_REFUSAL = { hasRefusal: false };

interface Origin {
  readonly id: string;
  readonly model: string;
  readonly createdS: number;
}

function frame({ id, model, createdS }: Origin, request: ClientRequest, context: ReplyContext): JsonObject {
  return {
    id: id === '' ? `cmpl-${context.requestId}` : id,
    object: 'text_completion',
    created: createdS === 0 ? context.createdS : createdS,
    model: model === '' ? (request.model ?? '') : model,
  };
}

/** The wire has text alone: a refusal is text here, reasoning is not shown. */
function textOf(content: readonly Content[]): string {
  let text = '';
  for (const item of content) if (item.type === 'text' || item.type === 'refusal') text += item.text;
  return text;
}

/** Writes parts as completion chunks. */
export class CompletionStreamEncoder implements StreamEncoder {
  readonly #request: ClientRequest;
  readonly #context: ReplyContext;
  #frame: JsonObject;
  #usage: Usage | undefined;

  constructor(request: ClientRequest, context: ReplyContext) {
    this.#request = request;
    this.#context = context;
    this.#frame = frame({ id: '', model: '', createdS: 0 }, request, context);
  }

  encode(part: Part): string {
    switch (part.type) {
      case 'start':
        this.#frame = frame(part, this.#request, this.#context);
        return '';
      case 'text-delta':
      case 'refusal-delta':
        return this.#chunk(part.choice, part.text, null);
      case 'finish':
        return this.#chunk(part.choice, '', encodeFinishReason(part.reason, NO_REFUSAL));
      case 'usage':
        this.#usage = part.usage;
        return '';
      case 'end':
        return `${this.#usageChunk()}data: [DONE]\n\n`;
      default:
        return '';
    }
  }

  #chunk(index: number, text: string, reason: string | null): string {
    return this.#event({ choices: [{ text, index, logprobs: null, finish_reason: reason }] });
  }

  #usageChunk(): string {
    if (!this.#request.includeUsage || this.#usage === undefined) return '';
    return this.#event({ choices: [], usage: encodeUsage(this.#usage) });
  }

  #event(fields: JsonObject): string {
    return `data: ${JSON.stringify({ ...this.#frame, ...fields })}\n\n`;
  }
}
