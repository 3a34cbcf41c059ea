import type { ChatReply, Part } from '../../kernel/chat.ts';
import type { Finding } from '../../kernel/finding.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { NO_USAGE, type Usage } from '../../kernel/usage.ts';
import { type UsageRecord, usageOf } from '../../kernel/usage-record.ts';
import type { Call } from '../../ports/call.ts';
import type { ChatClientProtocol } from '../../ports/protocol.ts';
import { ReplyAssembler } from '../../protocols/assemble-reply.ts';
import { seedWithHistory, seedWithOnly, seedWithTurns } from '../../protocols/weir-v1/client-request.ts';
import {
  encodeDeltaEvent,
  encodeErrorEnvelope,
  encodeErrorEvent,
  type SeedReplyContext,
} from '../../protocols/weir-v1/encode.ts';
import { keptReply, keptReplyEvent } from '../../protocols/weir-v1/kept-reply.ts';

/** Keeps the neutral reply of a seed-API call until the ledger knows its cost, which the reply shows. */
export class SeedReply {
  readonly #nowMs: () => number;
  #assembler = new ReplyAssembler();
  #whole: ChatReply | undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The client's face of the seed wire for this one call; `withPrompt` when it names a stored prompt. */
  protocol(withPrompt?: ChatClientProtocol['withPrompt']): ChatClientProtocol {
    return {
      wire: 'weir-v1',
      decode: () => {
        throw new Error('seed requests are decoded by their routes');
      },
      withTurns: seedWithTurns,
      withHistory: seedWithHistory,
      withOnly: seedWithOnly,
      ...(withPrompt === undefined ? {} : { withPrompt }),
      encodeReply: (reply) => {
        this.#whole = reply;
        return keptReply(reply);
      },
      encoder: () => {
        // A stream that is written anew says nothing of what it said before.
        this.#assembler = new ReplyAssembler();
        return { encode: (part) => this.#piece(part) };
      },
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
        ...(call.conversation?.id === undefined ? {} : { conversationId: call.conversation.id }),
        provider: record.provider ?? '',
        usage: call.replayed?.usage ?? answerUsage(record),
        costUsd: record.cost_usd,
        cached: call.cache === 'hit' || call.cache === 'semantic',
        responseTimeMs: record.response_time_ms,
        nowMs: this.#nowMs(),
        warnings: warningsOf(call.findings),
      },
    };
  }

  #piece(part: Part): string {
    this.#assembler.add(part);
    if (part.type === 'end') return keptReplyEvent(this.#assembler.reply());
    return part.type === 'text-delta' || part.type === 'refusal-delta' ? encodeDeltaEvent(part.text) : '';
  }
}

/** What monitoring guardrails saw, by guardrail. */
function warningsOf(findings: readonly Finding[]): { type: string; count: number }[] {
  const warnings: { type: string; count: number }[] = [];
  for (const { guardrail, type, action } of findings) {
    if (action !== 'monitor' || type === 'unscanned') continue;
    const known = warnings.find((warning) => warning.type === guardrail);
    if (known === undefined) warnings.push({ type: guardrail, count: 1 });
    else known.count++;
  }
  return warnings;
}

/** The answering attempt's tokens; earlier attempts are in the cost, not in what the model said. */
function answerUsage(record: UsageRecord): Usage {
  const tokens = record.attempts.at(-1)?.tokens;
  return tokens === undefined ? NO_USAGE : usageOf(tokens);
}

export type EncodeSeedReply = (reply: ChatReply, context: SeedReplyContext) => JsonObject;
