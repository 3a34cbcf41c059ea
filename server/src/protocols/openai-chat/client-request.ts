import type { ChatRequest, ResponseFormat } from '../../kernel/chat.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import type { ClientRequest, StrictTool } from '../../ports/protocol.ts';
import { assertUniqueKeys, valueBytes } from '../json-edit.ts';
import { strictTools } from '../strict-tools.ts';
import {
  booleanField,
  checkArray,
  checkModel,
  checkNumber,
  endUser,
  includesUsage,
  outputLimit,
  positiveInteger,
} from './check-fields.ts';
import { decodeChatRequest } from './decode-request.ts';
import { decodeResponseFormat } from './decode-tools.ts';

/** A checked chat request; strict on what Weir reads, silent about everything else. */
class OpenAiChatRequest implements ClientRequest {
  readonly wire = 'openai-chat';
  readonly body: Buffer;
  readonly json: JsonObject;
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly user: string | undefined;
  readonly maxOutputTokens: number | undefined;
  readonly promptCharacters: number;
  #chat: ChatRequest | undefined;

  constructor(body: Buffer, json: JsonObject) {
    assertUniqueKeys(body, json);
    this.body = body;
    this.json = json;
    this.model = checkModel(json);
    this.stream = booleanField(json, 'stream');
    this.includeUsage = includesUsage(json.stream_options);
    this.user = endUser(json);
    this.maxOutputTokens = outputLimit(json);
    checkNumber(json, 'temperature', TEMPERATURE);
    checkNumber(json, 'top_p', PROBABILITY);
    positiveInteger(json, 'n');
    checkArray(json, 'tools');
    this.promptCharacters =
      messageCharacters(json.messages) +
      valueBytes(body, json, 'tools') +
      valueBytes(body, json, 'functions') +
      valueBytes(body, json, 'response_format');
  }

  chat(): ChatRequest {
    this.#chat ??= decodeChatRequest(this.json);
    return this.#chat;
  }

  responseFormat(): ResponseFormat | undefined {
    return decodeResponseFormat(this.json.response_format);
  }

  strictTools(): readonly StrictTool[] {
    return strictTools(this.json);
  }
}

export function decodeClientRequest(body: Buffer, json: JsonObject): ClientRequest {
  return new OpenAiChatRequest(body, json);
}

const TEMPERATURE = { least: 0, most: 2 };
const PROBABILITY = { least: 0, most: 1 };

/** Checks roles and contents on the way. */
function messageCharacters(messages: Json | undefined): number {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalidRequest('messages', 'expected an array with at least one message');
  }
  let characters = 0;
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index];
    if (!isObject(message)) throw invalidRequest(`messages[${index}]`, 'expected an object');
    const { content, role } = message;
    if (typeof content === 'string') characters += content.length;
    else if (Array.isArray(content)) characters += partCharacters(content, index);
    else if (!mayLackContent(message)) {
      throw invalidRequest(`messages[${index}].content`, 'expected a string or an array of parts');
    }
    if (!isRole(role)) {
      throw invalidRequest(`messages[${index}].role`, 'expected system, developer, user, assistant or tool');
    }
    if (message.tool_calls !== undefined) characters += callCharacters(message.tool_calls);
  }
  return characters;
}

function isRole(role: Json | undefined): boolean {
  return (
    role === 'user' ||
    role === 'assistant' ||
    role === 'tool' ||
    role === 'system' ||
    role === 'developer' ||
    role === 'function'
  );
}

function mayLackContent(message: JsonObject): boolean {
  const absent = message.content === undefined || message.content === null;
  return absent && (message.role === 'assistant' || message.role === 'function');
}

function partCharacters(parts: readonly Json[], message: number): number {
  let characters = 0;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    if (!isObject(part)) throw invalidRequest(`messages[${message}].content[${index}]`, 'expected an object');
    if (typeof part.text === 'string') characters += part.text.length;
  }
  return characters;
}

function callCharacters(calls: Json): number {
  if (!Array.isArray(calls)) return 0;
  let characters = 0;
  for (const call of calls) {
    const called = isObject(call) ? call.function : undefined;
    if (isObject(called) && typeof called.arguments === 'string') characters += called.arguments.length;
  }
  return characters;
}
