import { invalidRequest } from '../../../kernel/errors.ts';
import { isObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import { optionalArray, optionalNumber, optionalObject, requireArray } from './check-fields.ts';

/**
 * What every call must have right even when its bytes go on as they are: the form of messages and of the fields Weir
 * reads. What is inside blocks is the provider's to judge, until somebody needs the neutral form.
 */
export function checkMessages(json: JsonObject): void {
  const messages = requireArray(json.messages, 'messages');
  if (messages.length === 0) throw invalidRequest('messages', 'at least one message is required');
  messages.forEach((message, index) => {
    checkMessage(message, index);
  });
  const { system } = json;
  if (typeof system !== 'string') optionalArray(system, 'system');
  optionalArray(json.tools, 'tools');
  optionalObject(json.metadata, 'metadata');
  const temperature = optionalNumber(json.temperature, 'temperature') ?? 0;
  if (temperature < 0 || temperature > 1) throw invalidRequest('temperature', 'must be from 0 to 1');
}

function checkMessage(message: Json, index: number): void {
  if (!isObject(message)) throw invalidRequest(`messages[${index}]`, 'must be an object');
  const { role, content } = message;
  if (role !== 'user' && role !== 'assistant' && role !== 'system') {
    throw invalidRequest(`messages[${index}].role`, 'must be "user", "assistant" or "system"');
  }
  if (typeof content === 'string') return;
  if (!Array.isArray(content)) {
    throw invalidRequest(
      `messages[${index}].content`,
      content === undefined ? 'field required' : 'must be a string or an array',
    );
  }
  const wrong = content.findIndex((block) => !isObject(block));
  if (wrong >= 0) throw invalidRequest(`messages[${index}].content[${wrong}]`, 'must be an object');
}
