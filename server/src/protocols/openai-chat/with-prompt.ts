import { invalidRequest } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import type { ClientRequest, PromptInRequest } from '../../ports/protocol.ts';
import { promptChat, promptedBody } from '../with-prompt.ts';
import { decodeClientRequest } from './client-request.ts';

/** The chat request with a stored prompt in front of its own messages. */
export function withPrompt(request: Pick<ClientRequest, 'body' | 'json'>, prompt: PromptInRequest): ClientRequest {
  promptChat(prompt);
  const { json } = request;
  const { max_tokens, max_completion_tokens, ...rest } = prompt.settings;
  // Two spellings of one setting.
  const isLimited = json.max_tokens !== undefined || json.max_completion_tokens !== undefined;
  const settings = isLimited ? rest : prompt.settings;
  return decodeClientRequest(
    ...promptedBody(request, { settings, content: { messages: messagesOf(json.messages, prompt) } }),
  );
}

function messagesOf(own: Json | undefined, { messages }: PromptInRequest): Json[] {
  if (own !== undefined && !Array.isArray(own)) throw invalidRequest('messages', 'expected an array');
  return [...messages.map((message) => ({ ...message })), ...(own ?? [])];
}
