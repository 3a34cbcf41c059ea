import { isObject, type Json, type JsonObject } from '../../kernel/json.ts';

/** Members of a message that only say who speaks. */
const LABELS: readonly string[] = ['role', 'name', 'tool_call_id'];

/**
 * Is there nothing in the request but texts, numbers and switches? Then it holds no media, no mark for a cache and no wish
 * for sound, and its bytes need not be searched for them. False for everything that takes a closer look.
 */
export function isPlainText(json: JsonObject): boolean {
  for (const name in json) {
    const value = json[name];
    if (typeof value !== 'object' || value === null || name === 'stream_options') continue;
    if (name !== 'messages' || !Array.isArray(value) || !value.every(isPlainMessage)) return false;
  }
  return true;
}

function isPlainMessage(message: Json): boolean {
  if (!isObject(message)) return false;
  for (const name in message) {
    if (name === 'content' ? typeof message.content !== 'string' : !LABELS.includes(name)) return false;
  }
  return true;
}
