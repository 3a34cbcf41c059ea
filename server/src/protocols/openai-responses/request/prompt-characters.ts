import { isObject, type JsonObject } from '../../../kernel/json.ts';

/** Values that are media or ciphertext: their length says nothing about the tokens they cost. */
const NOT_TEXT = new Set(['image_url', 'file_data', 'file_url', 'data', 'encrypted_content', 'id', 'call_id', 'type']);

/** Rough size of the prompt in characters: instructions, input and tool definitions. */
export function promptCharacters(json: JsonObject): number {
  return measure(json.instructions) + measure(json.input) + measure(json.tools);
}

function measure(value: unknown): number {
  if (typeof value === 'string') return value.length;
  let sum = 0;
  if (Array.isArray(value)) for (const entry of value) sum += measure(entry);
  else if (isObject(value)) {
    for (const key of Object.keys(value)) if (!NOT_TEXT.has(key)) sum += key.length + measure(value[key]);
  }
  return sum;
}
