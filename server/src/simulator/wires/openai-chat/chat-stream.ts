import type { JsonObject } from '../../json.ts';
import { cutIntoTokens } from '../../mind/tokens.ts';
import type { Answer, ToolCall } from '../../mind/turn.ts';
import type { StreamEvent } from '../../stream-event.ts';
import type { ChatDialect } from './chat-dialect.ts';
import { type ChatReply, encodeToolCall, finishReason, logprobOf } from './chat-reply.ts';

/** The chunks of a streamed chat reply; the choices take turns, token by token. */
export function* streamChatReply(reply: ChatReply): Generator<StreamEvent> {
  const chunk = (choices: JsonObject[], extras: JsonObject = {}): JsonObject => ({
    id: reply.id,
    object: 'chat.completion.chunk',
    created: reply.created,
    model: reply.model,
    ...reply.dialect.everywhere,
    choices,
    ...(reply.includeUsage ? { usage: null } : {}),
    ...extras,
  });
  const choiceOf = (index: number, delta: JsonObject, finish: string | null = null) => ({
    index,
    delta,
    logprobs: null as JsonObject | null,
    finish_reason: finish,
  });

  for (const index of reply.answers.keys()) {
    const extras = index === 0 ? reply.dialect.chunkExtras?.('first', reply.usage, reply.requestId) : undefined;
    yield { data: chunk([choiceOf(index, { role: 'assistant', content: '' })], extras), kind: 'start' };
  }
  for (const { index, delta } of interleaved(reply.answers, reply.dialect)) {
    const choice = choiceOf(index, delta);
    if (reply.logprobs && typeof delta.content === 'string') {
      choice.logprobs = { content: [logprobOf(delta.content)], refusal: null };
    }
    yield { data: chunk([choice]), kind: 'content' };
  }
  for (const [index, answer] of reply.answers.entries()) {
    const last = index === reply.answers.length - 1;
    const extras = last ? reply.dialect.chunkExtras?.('last', reply.usage, reply.requestId) : undefined;
    yield { data: chunk([choiceOf(index, {}, finishReason(answer))], extras), kind: 'finish' };
  }
  if (reply.includeUsage) yield { data: chunk([], { usage: reply.usage }), kind: 'finish' };
  yield { data: '[DONE]', kind: 'terminator' };
}

function* interleaved(
  answers: readonly Answer[],
  dialect: ChatDialect,
): Generator<{ index: number; delta: JsonObject }> {
  let running = answers.map((answer, index) => ({ index, deltas: deltasOf(answer, dialect) }));
  while (running.length > 0) {
    const still: typeof running = [];
    for (const choice of running) {
      const next = choice.deltas.next();
      if (next.done) continue;
      yield { index: choice.index, delta: next.value };
      still.push(choice);
    }
    running = still;
  }
}

function* deltasOf(answer: Answer, dialect: ChatDialect): Generator<JsonObject> {
  if (dialect.thinkingField) {
    for (const token of cutIntoTokens(answer.thinking)) yield { [dialect.thinkingField]: token };
  }
  for (const token of cutIntoTokens(answer.text)) yield { content: token };
  for (const [index, call] of answer.calls.entries()) yield* toolCallDeltas(call, index, dialect.wholeToolCalls);
}

function* toolCallDeltas(call: ToolCall, index: number, whole: boolean): Generator<JsonObject> {
  if (whole) {
    yield { tool_calls: [{ index, ...encodeToolCall(call) }] };
    return;
  }
  const field = call.kind === 'custom' ? 'input' : 'arguments';
  yield { tool_calls: [{ index, ...encodeToolCall({ ...call, input: '' }) }] };
  for (const piece of cutIntoTokens(call.input)) yield { tool_calls: [{ index, [call.kind]: { [field]: piece } }] };
}
