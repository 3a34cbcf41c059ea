import { asArray, isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { ClientRequest, PromptInRequest } from '../../ports/protocol.ts';
import { PLACEHOLDER, promptChat, promptedBody } from '../with-prompt.ts';
import { decodeRequest } from './decode-request/decode-request.ts';
import { encodeRequest } from './encode-request/encode-request.ts';
import { joined } from './with-history.ts';

/** The request with a stored prompt in front of its own messages and its own system prompt. */
export function withPrompt(request: Pick<ClientRequest, 'body' | 'json'>, prompt: PromptInRequest): ClientRequest {
  const chat = promptChat(prompt);
  const { model = PLACEHOLDER } = prompt.settings;
  const context = { model: String(model), quirks: {}, clientHeaders: {} };
  const encoded = parseJson(encodeRequest(chat, context).body.toString());
  const { system, messages, max_tokens, stream: _, ...settings } = isObject(encoded) ? encoded : {};
  // The wire needs a limit; one that nobody set is not for us to choose.
  if (chat.maxOutputTokens !== undefined) settings.max_tokens = max_tokens;
  const content: JsonObject = {};
  if (system !== undefined) content.system = request.json.system == null ? system : joined(system, request.json.system);
  // Without a talk there would be nothing but the placeholder.
  const isTalk = chat.messages.some(({ role }) => role !== 'system' && role !== 'developer');
  if (isTalk) content.messages = [...(asArray(messages) ?? []), ...(asArray(request.json.messages) ?? [])];
  return decodeRequest(...promptedBody(request, { settings, content }));
}
