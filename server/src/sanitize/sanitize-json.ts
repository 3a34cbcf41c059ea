import type { Json, JsonObject } from '../kernel/json.ts';
import type { SanitizeMode } from '../kernel/sanitize-mode.ts';
import { sanitizeText } from './sanitize-text.ts';

/** Keys that change what an object is where somebody copies it carelessly. */
const REFUSED_KEYS = new Set(['__proto__']);

/**
 * Every text of a JSON value in a mode, names of members too. Texts become well-formed Unicode, members that would change
 * an object's prototype go. The same value when nothing had to change.
 */
export function sanitizeJson(value: Json, mode: SanitizeMode): Json {
  if (mode === 'none') return value;
  if (typeof value === 'string') return sanitizeText(value.toWellFormed(), mode);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? sanitizeList(value, mode) : sanitizeObject(value, mode);
}

function sanitizeList(list: Json[], mode: SanitizeMode): Json[] {
  let isSame = true;
  const clean = list.map((item) => {
    const next = sanitizeJson(item, mode);
    if (next !== item) isSame = false;
    return next;
  });
  return isSame ? list : clean;
}

function sanitizeObject(object: JsonObject, mode: SanitizeMode): JsonObject {
  let isSame = true;
  const clean: [string, Json][] = [];
  for (const [key, value] of Object.entries(object)) {
    if (REFUSED_KEYS.has(key)) {
      isSame = false;
      continue;
    }
    const name = sanitizeText(key.toWellFormed(), mode);
    const next = sanitizeJson(value as Json, mode);
    if (name !== key || next !== value) isSame = false;
    clean.push([name, next]);
  }
  return isSame ? object : Object.fromEntries(clean);
}
