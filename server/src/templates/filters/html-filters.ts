import { splitWords } from '../methods/trim.ts';
import { badValue, Refusal, unsupported } from '../refusal.ts';
import { itemsOf } from '../values/containers.ts';
import { flag } from '../values/expect.ts';
import { expectText, print } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import { Dict, DictView, Escaped, List, Missing, Range, Stream, Tuple, type Value } from '../values/value.ts';
import { type Arg, type Filter, filter } from './filter.ts';

export const HTML_FILTERS: readonly (readonly [string, Filter])[] = [
  ['e', filter('', 0, escapeOnce)],
  ['escape', filter('', 0, escapeOnce)],
  ['forceescape', filter('', 0, (run, value) => new Escaped(escapeText(run, print(run, value))))],
  ['safe', filter('', 0, (run, value) => new Escaped(print(run, value)))],
  ['string', filter('', 0, (run, value) => (value instanceof Escaped ? value : print(run, value)))],
  ['striptags', filter('', 0, (run, value) => stripTags(run, print(run, value)))],
  ['urlencode', filter('', 0, urlEncode)],
  ['xmlattr', filter('autospace', 0, xmlAttributes)],
];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

function escapeText(run: Run, text: string): string {
  const escaped = text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string);
  run.reserve(escaped.length);
  return escaped;
}

function escapeOnce(run: Run, value: Value): Value {
  return value instanceof Escaped ? value : new Escaped(escapeText(run, print(run, value)));
}

function stripTags(run: Run, text: string): string {
  run.reserve(text.length);
  const plain = without(without(text, '<!--', '-->'), '<', '>');
  if (plain.includes('&')) throw unsupported('"striptags" with entities in the text ("&") is not supported');
  run.read(plain.length * 4);
  const words = splitWords(plain, -1);
  run.reserveItems(words.length);
  return words.join(' ');
}

/** The text without what stands from an opening to the next closing, both included. */
function without(...[text, opening, closing]: [string, string, string]): string {
  let out = '';
  let from = 0;
  for (let start = text.indexOf(opening); start !== -1; start = text.indexOf(opening, from)) {
    const end = text.indexOf(closing, start + opening.length);
    if (end === -1) break;
    out += text.slice(from, start);
    from = end + closing.length;
  }
  return out + text.slice(from);
}

function urlEncode(run: Run, value: Value): Value {
  const isSequence =
    value instanceof List || value instanceof Tuple || value instanceof Stream || value instanceof DictView;
  if (value instanceof Range) throw badValue('"urlencode" takes a text, a dict or a list of pairs');
  if (!(value instanceof Dict) && !isSequence) return quote(run, print(run, value), false);
  const pairs = itemsOf(run, value instanceof Dict ? new DictView(value, 'items') : value);
  return pairs.map((pair) => quotePair(run, pair)).join('&');
}

function quotePair(run: Run, pair: Value): string {
  const isPair = (pair instanceof Tuple || pair instanceof List) && pair.items.length === 2;
  if (!isPair) throw badValue('"urlencode" takes a text, a dict or a list of pairs');
  const [key = null, value = null] = pair.items;
  return `${quote(run, print(run, key), true)}=${quote(run, print(run, value), true)}`;
}

function quote(run: Run, text: string, isQuery: boolean): string {
  run.reserve(text.length * 3);
  if (!text.isWellFormed()) throw badValue('a text with half a character cannot be encoded');
  const quoted = encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return isQuery ? quoted.replaceAll('%20', '+') : quoted.replaceAll('%2F', '/');
}

function xmlAttributes(run: Run, value: Value, [autoSpace]: readonly Arg[]): Value {
  if (!(value instanceof Dict)) throw badValue('"xmlattr" takes a dict');
  const attributes: string[] = [];
  for (const { key, value: own } of value.entries.values()) {
    run.reserveItems(1);
    if (own === null || own instanceof Missing) continue;
    const name = expectText(key, 'the name of an attribute');
    if (!/^[\w:.-]+$/.test(name))
      throw new Refusal('value', 'the name of an attribute has characters that it may not have');
    const text = own instanceof Escaped ? own.text : escapeText(run, print(run, own));
    attributes.push(`${name}="${text}"`);
  }
  const joined = attributes.join(' ');
  run.reserve(joined.length);
  return (autoSpace === undefined || flag(autoSpace)) && joined !== '' ? ` ${joined}` : joined;
}
