import { asArray, asString, isObject, parseJson } from '../../kernel/json.ts';
import type { ClientRequest, PromptInRequest } from '../../ports/protocol.ts';
import { PLACEHOLDER, promptChat, promptedBody } from '../with-prompt.ts';
import { inputItemsOf } from './input-items.ts';
import { decodeClientRequest } from './request/decode-client-request.ts';
import { encodeRequest } from './request/encode-request.ts';

/** The request with a stored prompt in front of its own instructions and input. */
export function withPrompt(request: Pick<ClientRequest, 'body' | 'json'>, prompt: PromptInRequest): ClientRequest {
  const { model = PLACEHOLDER } = prompt.settings;
  const context = { model: String(model), quirks: {}, clientHeaders: {} };
  const encoded = parseJson(encodeRequest(promptChat(prompt), context).body.toString());
  const { input, instructions, store, stream, include, ...settings } = isObject(encoded) ? encoded : {};
  const { json } = request;
  const told = [asString(instructions), asString(json.instructions)].filter((text) => text !== undefined);
  const items = [...(asArray(input) ?? []), ...inputItemsOf(request)];
  const content = {
    ...(told.length === 0 ? {} : { instructions: told.join('\n\n') }),
    ...(items.length === 0 ? {} : { input: items }),
  };
  return decodeClientRequest(...promptedBody(request, { settings, content }));
}
