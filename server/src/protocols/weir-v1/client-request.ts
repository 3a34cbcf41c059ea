import type { ChatRequest, Message } from '../../kernel/chat.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { ClientRequest, PromptInRequest, Turn } from '../../ports/protocol.ts';
import { editBody } from '../edit-body.ts';
import { withMessages } from '../with-messages.ts';
import { promptChat } from '../with-prompt.ts';

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

/** The request with earlier messages behind its own system messages. */
export function seedWithHistory(request: ClientRequest, history: readonly Message[]): ClientRequest {
  if (history.length === 0) {
    return seedClientRequest(request.chat(), ...editBody(request, { remove: ['conversation_id'] }));
  }
  const { messages } = request.chat();
  const first = messages.findIndex(({ role }) => role !== 'system');
  const at = first < 0 ? messages.length : first;
  return seedWithOnly(request, [...messages.slice(0, at), ...history, ...messages.slice(at)]);
}

/** The body holds the messages in neutral form: the cache tells calls apart and budgets reserve by it; it is never sent. */
export function seedWithOnly(request: ClientRequest, messages: readonly Message[]): ClientRequest {
  const said = messages.map(({ role, content }) => ({ role, content: content as unknown as Json }));
  const remove = ['conversation_id', 'prompt', 'system_prompt', 'template', 'variables'];
  return seedClientRequest({ ...request.chat(), messages }, ...editBody(request, { set: { messages: said }, remove }));
}

/** The call `own` with a stored prompt in front of its messages and behind its settings; then `defaults` for what is still open. */
export function seedWithPrompt(
  own: ClientRequest,
  prompt: PromptInRequest,
  defaults: Pick<ChatRequest, 'maxOutputTokens' | 'temperature'>,
): ClientRequest {
  const { messages, extensions, stream, includeUsage, ...settings } = promptChat(prompt);
  const chat = own.chat();
  const said = [...messages, ...chat.messages];
  const model = chat.model === '' && typeof prompt.settings.model === 'string' ? prompt.settings.model : chat.model;
  const merged: ChatRequest = { ...defaults, ...settings, ...chat, model };
  return seedWithOnly(seedClientRequest(merged, own.body, own.json), said);
}
