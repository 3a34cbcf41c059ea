import type { ChatRequest } from '../kernel/chat.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import type { ClientRequest, PromptInRequest } from '../ports/protocol.ts';
import { editBody } from './edit-body.ts';
import { decodeChatRequest } from './openai-chat/decode-request.ts';

/** A stored prompt in neutral form. Throws `request.invalid` naming the setting that is wrong. */
export function promptChat({ messages, settings }: PromptInRequest): ChatRequest {
  const said = messages.map((message): Json => ({ ...message }));
  return decodeChatRequest({ model: PLACEHOLDER, ...settings, messages: said });
}

/** Stands where a wire must have a model and the prompt knows none. */
export const PLACEHOLDER = 'prompt';

/**
 * Body and parsed form of a request with what its prompt says: `settings` where the client says nothing itself, `content`
 * anyway. Everything else stays byte for byte; the prompt's reference goes.
 */
export function promptedBody(
  request: Pick<ClientRequest, 'body' | 'json'>,
  of: { settings: JsonObject; content: JsonObject },
): [Buffer, JsonObject] {
  const { json } = request;
  const set: JsonObject = {};
  for (const name in of.settings) if (json[name] === undefined) set[name] = of.settings[name];
  Object.assign(set, of.content);
  return editBody(request, { set, remove: 'prompt' in of.content ? [] : ['prompt'] });
}
