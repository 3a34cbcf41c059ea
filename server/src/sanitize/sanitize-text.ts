import { withoutControlCharacters } from '../kernel/control-characters.ts';
import type { SanitizeMode } from '../kernel/sanitize-mode.ts';
import { stripActive } from './strip-active.ts';

const MARKUP = /[&<>"']/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** One text in a mode; the same string when nothing had to change. */
export function sanitizeText(text: string, mode: SanitizeMode): string {
  switch (mode) {
    case 'none':
      return text;
    case 'escape':
      return withoutControlCharacters(text).replace(MARKUP, (character) => ENTITIES[character] ?? character);
    case 'strip-active':
      return stripActive(text);
  }
}

const MAY_BE_ACTIVE = /<|script:|data:|__proto__|\\u|[^\t\n\r\x20-\x7e\xa0-\u{10ffff}]/iu;

/** False when the mode surely changes nothing in this text, or in the JSON it holds; found in one pass. */
export function mayNeedSanitizing(text: string, mode: SanitizeMode): boolean {
  if (mode === 'none') return false;
  return mode === 'escape' || MAY_BE_ACTIVE.test(text) || !text.isWellFormed();
}
