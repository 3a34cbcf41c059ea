import type { ChatRequest } from '../../../kernel/chat.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { ClientRequest, ReplyContext, UpstreamContext } from '../../../ports/protocol.ts';
import { anthropicMessagesClient } from '../client.ts';
import { anthropicMessagesUpstream } from '../upstream.ts';

/** Shorthands of this folder's tests. */
export function decode(json: JsonObject): ClientRequest {
  const text = JSON.stringify(json);
  return anthropicMessagesClient.decode(Buffer.from(text), JSON.parse(text) as JsonObject, {});
}

export function decodeChatOf(json: JsonObject): ChatRequest {
  return decode({ model: 'claude-x', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }], ...json }).chat();
}

export function upstreamContext(context: Partial<UpstreamContext> = {}): UpstreamContext {
  return { model: 'claude-y', quirks: {}, clientHeaders: {}, ...context };
}

/** A call of an OpenAI chat client that says "Hi", with what the test adds. */
export function openAiRequest(request: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: 'claude-x',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    stream: false,
    includeUsage: false,
    extensions: { wire: 'openai-chat', fields: {} },
    ...request,
  };
}

export function encode(request: Partial<ChatRequest>, context: Partial<UpstreamContext> = {}) {
  const { body, ...rest } = anthropicMessagesUpstream.encode(openAiRequest(request), upstreamContext(context));
  return { ...rest, body: JSON.parse(body.toString()) as JsonObject };
}

export const REPLY_CONTEXT: ReplyContext = {
  requestId: 'req_1',
  createdS: 1_790_000_000,
  nowMs: 1_790_000_000_000,
  provider: 'anthropic',
  dropped: [],
};
