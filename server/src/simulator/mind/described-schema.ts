import { isObject, type JsonObject } from '../json.ts';
import type { Turn } from './turn.ts';

/** The schema that a prompt spells out after the words "JSON Schema", as is done for models that take none. */
export function describedSchema(turn: Turn): JsonObject | undefined {
  for (const message of [...turn.messages].reverse()) {
    if (message.role !== 'system' && message.role !== 'user') continue;
    const mention = message.text.search(/json schema/i);
    const start = mention < 0 ? -1 : message.text.indexOf('{', mention);
    const schema = start < 0 ? undefined : parseObjectAt(message.text, start);
    if (schema) return schema;
  }
  return undefined;
}

function parseObjectAt(text: string, start: number): JsonObject | undefined {
  let depth = 0;
  let quoted = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (quoted) {
      if (character === '\\') index += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') {
      quoted = true;
    } else if (character === '{') {
      depth += 1;
    } else if (character === '}') {
      depth -= 1;
      if (depth === 0) return parseObject(text.slice(start, index + 1));
    }
  }
  return undefined;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
