import { isObject, parseJson } from '../../kernel/json.ts';
import type { ClientRequest, PromptInRequest } from '../../ports/protocol.ts';
import { PLACEHOLDER, promptChat, promptedBody } from '../with-prompt.ts';
import { decodeClientRequest } from './client-request.ts';
import { encodeCompletionRequest } from './encode-request.ts';

/** The completion of what a stored prompt says: its texts one after the other. */
export function withPrompt(request: Pick<ClientRequest, 'body' | 'json'>, prompt: PromptInRequest): ClientRequest {
  const { model = PLACEHOLDER } = prompt.settings;
  const context = { model: String(model), quirks: {}, clientHeaders: {} };
  const encoded = parseJson(encodeCompletionRequest(promptChat(prompt), context).body.toString());
  const { prompt: text, stream: _, ...settings } = isObject(encoded) ? encoded : {};
  return decodeClientRequest(...promptedBody(request, { settings, content: { prompt: text } }));
}
