import { RE2JS } from 're2js';
import { RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';

/** Perl classes know all of Unicode in Rust's regexes, unlike in RE2. */
const UNICODE_CLASSES: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  w: '\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\x{200c}\\x{200d}',
  s: '\\t\\n\\x0b\\x0c\\r \\x{85}\\p{Z}',
};
const SAME_ESCAPES = new Set([...'AzntrfvapPx']);

/**
 * A regular expression in the syntax of Rust's regex crate, which VRL uses, on the RE2 machine. Where the two differ the
 * pattern is translated (Unicode classes), refused as Rust refuses it (a brace that repeats nothing, an escaped letter
 * without meaning), or named as unsupported.
 */
export function compileRustRegex(pattern: string): RE2JS {
  let translated = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string;
    if (char === '\\') {
      at++;
      translated += translateEscape(pattern, at, inClass);
    } else if (inClass) {
      const piece = char === '[' ? readNamedClass(pattern, at) : char;
      if (/^(&&|--|~~)/.test(pattern.slice(at, at + 2))) throw unsupported('set operations in a class');
      if (char === ']') inClass = false;
      translated += piece;
      at += piece.length - 1;
    } else if (char === '[') {
      inClass = true;
      const opening = /^\[\^?\]?/.exec(pattern.slice(at))?.[0] ?? '[';
      translated += opening;
      at += opening.length - 1;
    } else if (char === '{') {
      const counted = /^\{\s*\d+\s*(,\s*\d*\s*)?\}/.exec(pattern.slice(at))?.[0];
      if (counted === undefined) throw refused(pattern, 'a brace that is no repetition must be escaped');
      translated += counted.replaceAll(/\s/g, '');
      at += counted.length - 1;
    } else {
      if (/^\(\?[a-zA-Z-]*x/.test(pattern.slice(at))) throw unsupported('the flag x');
      translated += char;
    }
  }
  try {
    return RE2JS.compile(translated);
  } catch (error) {
    throw refused(pattern, error instanceof Error ? error.message : String(error));
  }
}

function translateEscape(pattern: string, at: number, inClass: boolean): string {
  const char = pattern[at];
  if (char === undefined) throw refused(pattern, 'a backslash at its end');
  const unicode = UNICODE_CLASSES[char.toLowerCase()];
  if (unicode !== undefined) {
    if (char === char.toLowerCase()) return inClass ? unicode : `[${unicode}]`;
    if (inClass) throw unsupported(`\\${char} in a class`);
    return `[^${unicode}]`;
  }
  if (char === '<' || char === '>') throw unsupported(`\\${char}, which is a word boundary in Rust`);
  if (char === 'b' || char === 'B') {
    // RE2 knows boundaries of ASCII words only: the same between ASCII characters.
    throw unsupported(`\\${char} (Unicode word boundaries)`);
  }
  if (char === 'u' || char === 'U') throw unsupported(`\\${char} escapes`);
  if (SAME_ESCAPES.has(char)) return `\\${char}`;
  if (/[A-Za-z0-9]/.test(char)) throw refused(pattern, `\\${char} is no escape sequence`);
  if (char.charCodeAt(0) >= 128) throw refused(pattern, `\\${char} is no escape sequence`);
  return `\\${char}`;
}

function readNamedClass(pattern: string, at: number): string {
  const named = /^\[:\^?[a-z]+:\]/.exec(pattern.slice(at))?.[0];
  if (named === undefined) throw unsupported('classes within classes');
  return named;
}

function unsupported(construct: string): UnsupportedConstruct {
  return new UnsupportedConstruct('Vector', `${construct} in a Rust regular expression`);
}

function refused(pattern: string, reason: string): RefusedConfiguration {
  return new RefusedConfiguration('Vector', `VRL E101, malformed regex literal r'${pattern}': ${reason}`);
}
