import { type DecodedView, MappedText } from './view.ts';

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };
const ESCAPE =
  /%[0-9a-fA-F]{2}|&#\d{2,6};|&#[xX][0-9a-fA-F]{2,5};|&[a-z]{2,4};|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|<\/?[a-z]{1,6}>|<!--|-->/g;
const MIN_ESCAPES = 3;

/** The text with URL, HTML and string escapes read, and simple tags inside it gone. */
export function decodeEscapes(text: string): DecodedView | undefined {
  let escapes = 0;
  const mapped = new MappedText();
  let position = 0;
  for (const match of text.matchAll(ESCAPE)) {
    for (; position < match.index; position++) mapped.push(text.charAt(position), position, position + 1);
    const end = match.index + match[0].length;
    escapes += 1;
    const character = decodeEscape(match[0]);
    if (character !== '') mapped.push(character, match.index, end);
    position = end;
  }
  for (; position < text.length; position++) mapped.push(text.charAt(position), position, position + 1);
  return escapes < MIN_ESCAPES ? undefined : mapped.finish('escapes');
}

function decodeEscape(written: string): string {
  if (written.startsWith('<') || written === '-->') return '';
  if (written.startsWith('%')) {
    const byte = Number.parseInt(written.slice(1), 16);
    return byte < 0x80 ? String.fromCharCode(byte) : '';
  }
  if (written.startsWith('\\')) return String.fromCharCode(Number.parseInt(written.slice(2), 16));
  const name = written.slice(1, -1);
  if (!name.startsWith('#')) return NAMED[name] ?? written;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0x10ffff ? '' : String.fromCodePoint(code);
}
