import type { Json } from '../../../kernel/json.ts';

/** Deeper than any real prompt; stops hostile nesting from exhausting the stack. */
const MAX_DEPTH = 64;

/** Characters a model would read in a piece of a prompt: keys and strings, without base64 data and opaque proofs. */
export function countCharacters(value: Json | undefined, depth = 0): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return 0;
  let characters = 0;
  if (Array.isArray(value)) {
    for (const item of value) characters += countCharacters(item, depth + 1);
    return characters;
  }
  const isMedia = value.type === 'base64' || value.type === 'redacted_thinking';
  for (const key in value) {
    if (key === 'signature' || (isMedia && key === 'data')) continue;
    characters += key.length + countCharacters(value[key], depth + 1);
  }
  return characters;
}
