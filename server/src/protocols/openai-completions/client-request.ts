import type { ChatRequest } from '../../kernel/chat.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { ClientRequest } from '../../ports/protocol.ts';
import { assertUniqueKeys } from '../json-edit.ts';
import {
  booleanField,
  checkModel,
  checkNumber,
  endUser,
  includesUsage,
  outputLimit,
  positiveInteger,
} from '../openai-chat/check-fields.ts';
import { weirFields } from '../openai-chat/weir-fields.ts';
import { decodeCompletionRequest } from './decode-request.ts';

export function decodeClientRequest(body: Buffer, json: JsonObject): ClientRequest {
  assertUniqueKeys(body, json);
  checkNumber(json, 'temperature', { least: 0, most: 2 });
  positiveInteger(json, 'n');
  positiveInteger(json, 'best_of');
  let chat: ChatRequest | undefined;
  return {
    wire: 'openai-completions',
    body,
    json,
    model: checkModel(json),
    stream: booleanField(json, 'stream'),
    includeUsage: includesUsage(json.stream_options),
    user: endUser(json),
    maxOutputTokens: outputLimit(json),
    promptCharacters: promptCharacters(json),
    chat: () => {
      chat ??= decodeCompletionRequest(json);
      return chat;
    },
  };
}

/** A token id stands for about four characters. */
const TOKEN_CHARACTERS = 4;

/** Every form of prompt is accepted here; only a translation needs a single text. */
function promptCharacters(json: JsonObject): number {
  if (weirFields(json).includes('prompt')) return 0;
  const { prompt } = json;
  if (typeof prompt === 'string') return prompt.length;
  if (!Array.isArray(prompt) || prompt.length === 0) throw wrongPrompt();
  let characters = 0;
  for (const item of prompt) characters += itemCharacters(item);
  return characters;
}

function itemCharacters(item: Json): number {
  if (typeof item === 'string') return item.length;
  if (typeof item === 'number') return TOKEN_CHARACTERS;
  if (!Array.isArray(item)) throw wrongPrompt();
  return item.length * TOKEN_CHARACTERS;
}

function wrongPrompt(): Error {
  return invalidRequest('prompt', 'expected a string, an array of strings or token ids');
}
