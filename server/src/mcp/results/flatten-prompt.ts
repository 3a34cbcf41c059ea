import { asArray, asString, isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { textsOf } from './unwrap-result.ts';

/** The messages of a prompt with their text only: `{description, messages: [{role, content}]}`. */
export function flattenPrompt(result: JsonObject): Json {
  const messages = (asArray(result.messages) ?? []).filter(isObject).map((message) => {
    const blocks = asArray(message.content) ?? [message.content ?? null];
    return { role: message.role === 'assistant' ? 'assistant' : 'user', content: textsOf(blocks).join('\n') };
  });
  return { description: asString(result.description) ?? null, messages };
}
