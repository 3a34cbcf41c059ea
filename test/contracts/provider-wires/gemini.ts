import type { ChatReply, Choice, Content } from '../../../server/src/kernel/chat.ts';
import type { JsonObject } from '../../../server/src/kernel/json.ts';
import { inputTokens, type Usage } from '../../../server/src/kernel/usage.ts';
import { geminiGenerateUpstream } from '../../../server/src/protocols/gemini-generate/upstream.ts';
import { type ProviderWire, sse } from './provider-wire.ts';

const REASONS: Readonly<Record<string, string>> = { stop: 'STOP', 'tool-calls': 'STOP', length: 'MAX_TOKENS' };

export const GEMINI: ProviderWire = {
  name: 'gemini-generate',
  upstream: geminiGenerateUpstream,
  contentType: 'text/event-stream',
  whole: (reply) => ({
    candidates: reply.choices.map((choice) => candidate(choice, choice.content.flatMap(partsOf), true)),
    ...common(reply),
  }),
  stream(reply) {
    const [choice] = reply.choices;
    if (choice === undefined) return [];
    const pieces = choice.content.flatMap((content) => piecesOf(content).flatMap(partsOf));
    const chunks = pieces.map((part) => ({ candidates: [candidate(choice, [part], false)], ...common(reply, false) }));
    const last = { candidates: [candidate(choice, [{ text: '' }], true)], ...common(reply) };
    return [...chunks, last].map((chunk) => sse(chunk));
  },
};

function candidate(choice: Choice, parts: JsonObject[], isLast: boolean): JsonObject {
  const finished = isLast ? { finishReason: REASONS[choice.finishReason] ?? 'OTHER' } : {};
  return { content: { role: 'model', parts }, index: choice.index, ...finished };
}

function common(reply: ChatReply, hasUsage = true): JsonObject {
  const usage = hasUsage && reply.usage !== undefined ? { usageMetadata: counts(reply.usage) } : {};
  return { responseId: reply.id, modelVersion: reply.model, ...usage };
}

function counts(usage: Usage): JsonObject {
  return {
    promptTokenCount: inputTokens(usage),
    cachedContentTokenCount: usage.cacheRead,
    candidatesTokenCount: usage.output,
    thoughtsTokenCount: usage.reasoning,
  };
}

function partsOf(content: Content): JsonObject[] {
  if (content.type === 'text') return [{ text: content.text }];
  if (content.type === 'reasoning') return [{ text: content.text, thought: true }];
  if (content.type !== 'tool-call') return [];
  return [{ functionCall: { name: content.name, args: JSON.parse(content.argumentsText) } }];
}

/** Functions are never cut, texts anywhere between characters. */
function piecesOf(content: Content): Content[] {
  if (content.type !== 'text' && content.type !== 'reasoning') return [content];
  return (content.text.match(/[\s\S]{1,4}/gu) ?? []).map((text) => ({ ...content, text }));
}
