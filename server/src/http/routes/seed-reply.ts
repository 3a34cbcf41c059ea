import type { ChatReply, Part } from '../../kernel/chat.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { NO_USAGE, type Usage } from '../../kernel/usage.ts';
import { type UsageRecord, usageOf } from '../../kernel/usage-record.ts';
import type { Call } from '../../ports/call.ts';
import type { ChatClientProtocol } from '../../ports/protocol.ts';
import { ReplyAssembler } from '../../protocols/assemble-reply.ts';
import {
  encodeDeltaEvent,
  encodeErrorEnvelope,
  encodeErrorEvent,
  type SeedReplyContext,
} from '../../protocols/weir-v1/encode.ts';

/** Keeps the neutral reply of a seed-API call until the ledger knows its cost, which the reply shows. */
export class SeedReply {
  readonly #nowMs: () => number;
  readonly #maxCharacters: number;
  readonly #assembler = new ReplyAssembler();
  #whole: ChatReply | undefined;
  #characters = 0;

  constructor(nowMs: () => number, maxCharacters: number) {
    this.#nowMs = nowMs;
    this.#maxCharacters = maxCharacters;
  }

  /** The client's face of the seed wire for this one call. */
  protocol(): ChatClientProtocol {
    return {
      wire: 'weir-v1',
      decode: () => {
        throw new Error('seed requests are decoded by their routes');
      },
      encodeReply: (reply) => {
        for (const content of reply.choices[0]?.content ?? []) if (content.type === 'text') this.#count(content.text);
        this.#whole = reply;
        return {};
      },
      encoder: () => ({ encode: (part) => this.#piece(part) }),
      encodeError: (error) => encodeErrorEnvelope(error, this.#nowMs()),
      encodeStreamError: (error) => encodeErrorEvent(error, this.#nowMs()),
    };
  }

  /** The reply and what the ledger says of it. */
  finished(call: Call): { reply: ChatReply; context: SeedReplyContext } {
    const record = call.record as UsageRecord;
    return {
      reply: this.#whole ?? this.#assembler.reply(),
      context: {
        requestId: call.id,
        provider: record.provider ?? '',
        usage: answerUsage(record),
        costUsd: record.cost_usd,
        cached: false,
        responseTimeMs: record.response_time_ms,
        nowMs: this.#nowMs(),
      },
    };
  }

  /** A reply that never ends must not fill whoever reads it. */
  #count(text: string): void {
    this.#characters += text.length;
    if (this.#characters <= this.#maxCharacters) return;
    throw new WeirError('reply.invalid', {
      message: `The reply is longer than llm.max_response_characters (${this.#maxCharacters}).`,
      details: { limit: this.#maxCharacters },
    });
  }

  #piece(part: Part): string {
    this.#assembler.add(part);
    if (part.type === 'text-delta') this.#count(part.text);
    return part.type === 'text-delta' || part.type === 'refusal-delta' ? encodeDeltaEvent(part.text) : '';
  }
}

/** The answering attempt's tokens; earlier attempts are in the cost, not in what the model said. */
function answerUsage(record: UsageRecord): Usage {
  const tokens = record.attempts.at(-1)?.tokens;
  return tokens === undefined ? NO_USAGE : usageOf(tokens);
}

export type EncodeSeedReply = (reply: ChatReply, context: SeedReplyContext) => JsonObject;
