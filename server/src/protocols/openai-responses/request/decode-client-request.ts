import type { ChatRequest } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import { isObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import type { ClientRequest } from '../../../ports/protocol.ts';
import { assertUniqueKeys } from '../../json-edit.ts';
import { endUser } from '../../openai-chat/check-fields.ts';
import { strictTools } from '../../strict-tools.ts';
import { decodeChatRequest, decodeFormat } from './decode-chat-request.ts';
import { promptCharacters } from './prompt-characters.ts';
import { entryObject, readBoolean, readCount, readString, requireString } from './read-field.ts';

/** Checks what every call needs; the rest of the body is checked when somebody needs the neutral form. */
export function decodeClientRequest(body: Buffer, json: JsonObject): ClientRequest {
  assertUniqueKeys(body, json);
  const { input, prompt } = json;
  const fromTemplate = isObject(prompt);
  readString(json, 'previous_response_id');
  readBoolean(json, 'store');
  readString(json, 'instructions');
  if (typeof input !== 'string' && !Array.isArray(input)) {
    const given = input !== undefined && input !== null;
    if (given) throw invalidRequest('input', 'must be a string or a list of items.');
    if (!fromTemplate && !json.previous_response_id) throw invalidRequest('input', 'is required.');
  } else if (typeof input !== 'string') input.forEach(checkItem);
  const model = fromTemplate ? readString(json, 'model') : requireString(json, 'model');
  if (model === '') throw invalidRequest('model', 'must not be empty.');
  let chat: ChatRequest | undefined;
  return {
    wire: 'openai-responses',
    body,
    json,
    model,
    stream: readBoolean(json, 'stream') ?? false,
    includeUsage: true,
    user: endUser(json),
    maxOutputTokens: readCount(json, 'max_output_tokens'),
    promptCharacters: promptCharacters(json),
    chat: () => {
      chat ??= decodeChatRequest(json);
      return chat;
    },
    responseFormat: () => (isObject(json.text) ? decodeFormat(json.text) : undefined),
    strictTools: () => strictTools(json),
  };
}

const ROLES: readonly unknown[] = ['user', 'assistant', 'system', 'developer'];

/** The form of an item and the role of a message; what else it holds is the provider's to judge. */
function checkItem(entry: Json, index: number): void {
  const { type, role } = entryObject(entry, `input[${index}]`);
  const isMessage = type === undefined || type === null || type === 'message';
  // An item with an id alone stands for one that the provider keeps.
  if (!isMessage || (role === undefined && (type === undefined || type === null))) return;
  if (!ROLES.includes(role))
    throw invalidRequest(`input[${index}].role`, 'must be user, assistant, system or developer.');
}
