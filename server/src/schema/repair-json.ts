import { jsonrepair } from 'jsonrepair';
import { startsLikeJson } from './extract-json.ts';

/** The mending parser calls itself for each level; far below what its stack takes. */
const MAX_DEPTH = 500;
/** Longer texts are not mended: what would be guessed is too much, and the time for it too long. */
const MAX_CHARACTERS = 2_097_152;

/** Mended JSON of the same kind (object or array), or undefined when the text is not nearly JSON. */
export function repairJson(text: string): string | undefined {
  const trimmed = text.trim();
  if (!startsLikeJson(trimmed) || trimmed.length > MAX_CHARACTERS || isTooDeep(trimmed)) return undefined;
  try {
    const mended = jsonrepair(trimmed);
    return mended.trimStart()[0] === trimmed[0] ? mended : undefined;
  } catch {
    // Beyond mending.
    return undefined;
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') {
      if (++depth > MAX_DEPTH) return true;
    } else if ((character === '}' || character === ']') && depth > 0) depth--;
  }
  return false;
}
