import type { ChatReply, FinishReason, Part } from '../../kernel/chat.ts';

/** A tool call of a reply. */
export interface SaidToolCall {
  readonly choice: number;
  /** Where it stands in its choice: the place in the content of a whole reply, the block of a stream. */
  readonly at: number;
  readonly name: string;
  readonly argumentsText: string;
  readonly finishReason: FinishReason;
}

/** Names a tool call among all of a reply. */
export function toolCallKey({ choice, at }: Pick<SaidToolCall, 'choice' | 'at'>): string {
  return `${choice} ${at}`;
}

export function toolCallsOfReply(reply: ChatReply): SaidToolCall[] {
  return reply.choices.flatMap(({ index: choice, content, finishReason }) =>
    content.flatMap((item, at) =>
      item.type === 'tool-call'
        ? [{ choice, at, name: item.name, argumentsText: item.argumentsText, finishReason }]
        : [],
    ),
  );
}

/** The same of the parts of a whole stream. */
export function toolCallsOfParts(parts: readonly Part[]): SaidToolCall[] {
  const calls = new Map<string, SaidToolCall & { argumentsText: string }>();
  const reasons = new Map<number, FinishReason>();
  for (const part of parts) {
    if (part.type === 'finish') reasons.set(part.choice, part.reason);
    else if (part.type === 'tool-call-start') {
      const { choice, block: at, name } = part;
      calls.set(toolCallKey({ choice, at }), { choice, at, name, argumentsText: '', finishReason: 'other' });
    } else if (part.type === 'tool-call-delta') {
      const call = calls.get(toolCallKey({ choice: part.choice, at: part.block }));
      if (call !== undefined) call.argumentsText += part.argumentsText;
    }
  }
  return [...calls.values()].map((call) => ({ ...call, finishReason: reasons.get(call.choice) ?? 'other' }));
}

/** The parts of a stream that calls its tools with other arguments. */
export function partsWithArguments(parts: readonly Part[], mended: ReadonlyMap<string, string>): Part[] {
  return parts.flatMap((part): Part[] => {
    if (part.type !== 'tool-call-start' && part.type !== 'tool-call-delta') return [part];
    const { choice, block } = part;
    const argumentsText = mended.get(toolCallKey({ choice, at: block }));
    if (argumentsText === undefined) return [part];
    return part.type === 'tool-call-start' ? [part, { type: 'tool-call-delta', choice, block, argumentsText }] : [];
  });
}

/** The reply that calls its tools with other arguments. */
export function replyWithArguments(reply: ChatReply, mended: ReadonlyMap<string, string>): ChatReply {
  const choices = reply.choices.map((choice) => ({
    ...choice,
    content: choice.content.map((item, at) => {
      const argumentsText = mended.get(toolCallKey({ choice: choice.index, at }));
      return argumentsText === undefined || item.type !== 'tool-call' ? item : { ...item, argumentsText };
    }),
  }));
  return { ...reply, choices };
}
