import type { ChatRequest } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import { asObject, asString, type JsonObject } from '../../../kernel/json.ts';
import type { ClientRequest } from '../../../ports/protocol.ts';
import { assertUniqueKeys } from '../../json-edit.ts';
import { strictTools } from '../../strict-tools.ts';
import { optionalBoolean, requirePositiveInteger, requireString } from './check-fields.ts';
import { checkMessages } from './check-messages.ts';
import { countCharacters } from './count-characters.ts';
import { decodeChat } from './decode-chat.ts';
import { decodeResponseFormat } from './decode-options.ts';

/** Reads a body of `POST /v1/messages`. */
export function decodeRequest(body: Buffer, json: JsonObject): ClientRequest {
  const maxOutputTokens = requirePositiveInteger(json.max_tokens, 'max_tokens');
  const stream = optionalBoolean(json.stream, 'stream') ?? false;
  return clientRequest({ body, json, stream, maxOutputTokens });
}

/** Reads a body of `POST /v1/messages/count_tokens`: a request without an output limit. */
export function decodeCountTokens(body: Buffer, json: JsonObject): ClientRequest {
  return clientRequest({ body, json, stream: false, maxOutputTokens: undefined });
}

function clientRequest(read: Pick<ClientRequest, 'body' | 'json' | 'stream' | 'maxOutputTokens'>): ClientRequest {
  const { json } = read;
  assertUniqueKeys(read.body, json);
  const model = requireString(json.model, 'model');
  if (model === '') throw invalidRequest('model', 'must not be empty');
  checkMessages(json);
  let decoded: ChatRequest | undefined;
  return {
    ...read,
    wire: 'anthropic-messages',
    model,
    includeUsage: true,
    user: asString(asObject(json.metadata)?.user_id),
    promptCharacters: countCharacters(json.system) + countCharacters(json.messages) + countCharacters(json.tools),
    chat: () => (decoded ??= decodeChat(json)),
    responseFormat: () => decodeResponseFormat(json.output_config ?? earlierConfig(json)),
    strictTools: () => strictTools(json),
  };
}

/** The beta's field had the format at the top. */
function earlierConfig({ output_format: format }: JsonObject): JsonObject | undefined {
  return format === undefined ? undefined : { format };
}
