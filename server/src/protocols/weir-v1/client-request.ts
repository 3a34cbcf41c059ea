import type { ChatRequest } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ClientRequest, Turn } from '../../ports/protocol.ts';
import { withMessages } from '../with-messages.ts';

/** A decoded seed-API call as the pipeline takes it. `model` is undefined when the caller named none. */
export function seedClientRequest(chat: ChatRequest, body: Buffer, json: JsonObject): ClientRequest {
  return {
    wire: 'weir-v1',
    body,
    json,
    model: chat.model === '' ? undefined : chat.model,
    stream: chat.stream,
    includeUsage: chat.includeUsage,
    user: chat.user,
    maxOutputTokens: chat.maxOutputTokens,
    promptCharacters: promptCharacters(chat),
    chat: () => chat,
    responseFormat: () => chat.responseFormat,
  };
}

function promptCharacters({ messages }: ChatRequest): number {
  let characters = 0;
  for (const { content } of messages) {
    for (const item of content) if (item.type === 'text') characters += item.text.length;
  }
  return characters;
}

/** The neutral form is what goes out; the body grows with it, because budgets reserve by its size. */
export function seedWithTurns(request: ClientRequest, turns: readonly Turn[]): ClientRequest {
  const chat = request.chat();
  const said = turns.map(({ role, text }) => ({ role, content: [{ type: 'text' as const, text }] }));
  return seedClientRequest({ ...chat, messages: [...chat.messages, ...said] }, ...withMessages(request, turns));
}
