import { isObject, type JsonObject } from '../../kernel/json.ts';

/**
 * The fields of a body that are Weir's own and never go upstream: an object-valued `prompt` with a name, and
 * `conversation_id`. A provider's own `prompt` (a string, or an object with an id) is not touched.
 */
export function weirFields(json: JsonObject): string[] {
  const names: string[] = [];
  if (json.conversation_id !== undefined) names.push('conversation_id');
  if (isObject(json.prompt) && typeof json.prompt.name === 'string') names.push('prompt');
  return names;
}
