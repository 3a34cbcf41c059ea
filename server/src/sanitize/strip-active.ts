import * as library from 'xss';
import { withoutControlCharacters } from '../kernel/control-characters.ts';
import { isActiveAddress, withoutActiveSchemes } from './active-schemes.ts';
import { withoutEntities } from './entities.ts';

/** Its functions hang on its default export; its types say otherwise. */
const { parseAttr, parseTag } = library.default as unknown as typeof library;

/** Elements that run, load or redirect something by being there. */
const ACTIVE_ELEMENTS = new Set(
  'script iframe frame frameset object embed applet base meta link style portal'.split(' '),
);
const SCRIPT_START = /<script(?![a-z0-9_-])/gi;
const SCRIPT_END = /<\/script(?![a-z0-9_-])[^>]*>?/gi;
/** What a browser takes for the beginning of a tag. */
const TAG_START = /<(?=[a-z/!?])/gi;
/** No real tag is longer; the attribute parser would need quadratic time for one. */
const MAX_TAG_CHARACTERS = 8192;
/** A text that is still active after this many rounds was made to be. */
const MAX_ROUNDS = 3;

/**
 * Takes out what a browser would run: scripts with their bodies, elements that load code, event handlers, addresses with
 * script schemes, control characters. Everything else keeps its characters: code, comparisons, Markdown, harmless markup.
 */
export function stripActive(text: string): string {
  let current = withoutActiveSchemes(withoutControlCharacters(text));
  if (!current.includes('<')) return current;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = parseTag(withoutScripts(current), cleanTag, escapeLooseTags);
    if (next === current) return current;
    current = next;
  }
  return current.replaceAll('<', '&lt;');
}

function withoutScripts(text: string): string {
  SCRIPT_START.lastIndex = 0;
  let kept = '';
  let from = 0;
  for (;;) {
    const start = SCRIPT_START.exec(text);
    if (start === null) return kept + text.slice(from);
    kept += text.slice(from, start.index);
    SCRIPT_END.lastIndex = SCRIPT_START.lastIndex;
    const end = SCRIPT_END.exec(text);
    if (end === null) return kept;
    from = SCRIPT_END.lastIndex;
    SCRIPT_START.lastIndex = from;
  }
}

/** Text between tags: what looks like the beginning of one must not become one with what comes after. */
function escapeLooseTags(text: string): string {
  return text.includes('<') ? text.replace(TAG_START, '&lt;') : text;
}

function cleanTag(...[, , name, html]: [number, number, string, string, boolean]): string {
  if (html.length > MAX_TAG_CHARACTERS) return `&lt;${html.slice(1).replace(TAG_START, '&lt;')}`;
  if (ACTIVE_ELEMENTS.has(elementOf(name))) return '';
  if (html.startsWith('</') || !html.includes('=')) return html;
  return hasActiveAttribute(html) ? rebuilt(html) : html;
}

/** `svg/onload=...` is the element svg, `x:script` the element script. */
function elementOf(name: string): string {
  const first = name.split(/[\s/]/, 1)[0] ?? '';
  return first.slice(first.lastIndexOf(':') + 1);
}

const ATTRIBUTE_SEPARATOR = /[\s/"']on[a-z][\w-]*\s*=/i;
const SUSPICIOUS = /&|:|srcdoc|style|%/i;

function hasActiveAttribute(html: string): boolean {
  if (ATTRIBUTE_SEPARATOR.test(html)) return true;
  if (!SUSPICIOUS.test(html)) return false;
  return attributesOf(html).some(isActive);
}

interface Attribute {
  readonly name: string;
  readonly value: string;
}

function attributesOf(html: string): Attribute[] {
  const attributes: Attribute[] = [];
  const body = html.slice(1, html.endsWith('>') ? -1 : undefined);
  const space = body.search(/[\s/]/);
  if (space < 0) return attributes;
  // A slash separates attributes as a blank does, outside of quotes.
  const separated = body.slice(space).replace(/^\/+/, ' ');
  parseAttr(separated, (name, value) => {
    attributes.push({ name, value });
    return '';
  });
  return attributes;
}

const STYLE_CODE = /expression\s*\(|javascript:|vbscript:|-moz-binding|behavior\s*:/i;

function isActive({ name, value }: Attribute): boolean {
  if (name.startsWith('on') || name.includes(':on') || name === 'srcdoc') return true;
  const plain = withoutEntities(value);
  if (name === 'style') return STYLE_CODE.test(plain.replace(/\/\*.*?\*\/|\\/g, ''));
  return isActiveAddress(plain) || plain.split(';').some(isActiveAddress);
}

/** The tag with its harmless attributes only, when they can be told apart beyond doubt. */
function rebuilt(html: string): string {
  const name = /^<[a-z][a-z0-9:-]*/i.exec(html)?.[0];
  if (name === undefined) return '';
  const kept = attributesOf(html).filter((attribute) => !isActive(attribute));
  const written = kept.map((attribute) => ` ${attribute.name}${assignment(attribute)}`).join('');
  const end = html.endsWith('/>') ? ' />' : '>';
  const tag = `${name}${written}${end}`;
  return ATTRIBUTE_SEPARATOR.test(tag) ? `${name}${end}` : tag;
}

function assignment({ value }: Attribute): string {
  return value === '' ? '' : `="${value.replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"`;
}
