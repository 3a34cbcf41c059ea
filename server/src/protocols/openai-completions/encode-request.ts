import type { ChatRequest, Message } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { EncodedRequest, UpstreamContext } from '../../ports/protocol.ts';
import { encodeChatRequest } from '../openai-chat/encode-request.ts';

/** What a chat has and a completion has not. */
const CHAT_ONLY = [
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'metadata',
] as const;

/** Writes a request as a completion: its texts one after the other are the prompt. */
export function encodeCompletionRequest(request: ChatRequest, context: UpstreamContext): EncodedRequest {
  const own = request.extensions.wire === 'openai-completions';
  // The chat codec writes the shared fields; the extensions of this wire are its own and stay.
  const shared = own ? { ...request, extensions: { wire: 'openai-chat' as const, fields: {} } } : request;
  const quirks = {
    maxTokensField: 'max_tokens' as const,
    ...context.quirks,
    unsupported: [...CHAT_ONLY, ...(context.quirks.unsupported ?? [])],
  };
  const encoded = encodeChatRequest({ ...shared, messages: [] }, { ...context, quirks });
  const { messages: _, ...fields } = JSON.parse(encoded.body.toString()) as JsonObject;
  const dropped = new Set(encoded.dropped);
  const prompt = promptOf(request.messages, dropped);
  const body = { ...fields, prompt, ...(own ? request.extensions.fields : {}) };
  return { body: Buffer.from(JSON.stringify(body)), dropped: [...dropped] };
}

function promptOf(messages: readonly Message[], dropped: Set<string>): string {
  const texts: string[] = [];
  for (const { content } of messages) {
    for (const item of content) {
      if (item.type === 'text') texts.push(item.text);
      else dropped.add(item.type === 'opaque' ? item.name : item.type);
    }
  }
  return texts.join('\n\n');
}
