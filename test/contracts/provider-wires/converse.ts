import type { ChatReply, Content } from '../../../server/src/kernel/chat.ts';
import type { JsonObject } from '../../../server/src/kernel/json.ts';
import { outputTokens, type Usage } from '../../../server/src/kernel/usage.ts';
import { bedrockConverseUpstream } from '../../../server/src/protocols/bedrock-converse/upstream.ts';
import { encodeAwsEvent } from '../../../server/src/protocols/framing/testing/encode-aws-frame.ts';
import type { ProviderWire } from './provider-wire.ts';

const REASONS: Readonly<Record<string, string>> = { stop: 'end_turn', 'tool-calls': 'tool_use', length: 'max_tokens' };

export const CONVERSE: ProviderWire = {
  name: 'bedrock-converse',
  upstream: bedrockConverseUpstream,
  contentType: 'application/vnd.amazon.eventstream',
  whole: (reply) => ({
    output: { message: { role: 'assistant', content: contentOf(reply).flatMap(blockOf) } },
    stopReason: stopReason(reply),
    ...usageOf(reply),
  }),
  stream: (reply) => [
    encodeAwsEvent('messageStart', { role: 'assistant' }),
    ...contentOf(reply).flatMap(eventsOf),
    encodeAwsEvent('messageStop', { stopReason: stopReason(reply) }),
    encodeAwsEvent('metadata', { ...usageOf(reply), metrics: { latencyMs: 5 } }),
  ],
};

function contentOf(reply: ChatReply): readonly Content[] {
  return reply.choices[0]?.content ?? [];
}

function stopReason(reply: ChatReply): string {
  return REASONS[reply.choices[0]?.finishReason ?? ''] ?? 'end_turn';
}

function usageOf({ usage }: ChatReply): JsonObject {
  return usage === undefined ? {} : { usage: counts(usage) };
}

function counts(usage: Usage): JsonObject {
  return { inputTokens: usage.input, outputTokens: outputTokens(usage), cacheReadInputTokens: usage.cacheRead };
}

function blockOf(content: Content): JsonObject[] {
  if (content.type === 'text') return [{ text: content.text }];
  if (content.type === 'reasoning') return [{ reasoningContent: { reasoningText: { text: content.text } } }];
  if (content.type !== 'tool-call') return [];
  const { id, name, argumentsText } = content;
  return [{ toolUse: { toolUseId: id, name, input: JSON.parse(argumentsText) } }];
}

function eventsOf(content: Content, contentBlockIndex: number): Buffer[] {
  const stop = encodeAwsEvent('contentBlockStop', { contentBlockIndex });
  const deltas = (wrap: (piece: string) => JsonObject, text: string) =>
    (text.match(/[\s\S]{1,4}/gu) ?? []).map((piece) =>
      encodeAwsEvent('contentBlockDelta', { contentBlockIndex, delta: wrap(piece) }),
    );
  if (content.type === 'text') return [...deltas((text) => ({ text }), content.text), stop];
  if (content.type === 'reasoning') return [...deltas((text) => ({ reasoningContent: { text } }), content.text), stop];
  if (content.type !== 'tool-call') return [];
  const toolUse = { toolUseId: content.id, name: content.name };
  const start = encodeAwsEvent('contentBlockStart', { contentBlockIndex, start: { toolUse } });
  return [start, ...deltas((input) => ({ toolUse: { input } }), content.argumentsText), stop];
}
