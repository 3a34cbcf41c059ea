import type { Detection } from '../../ports/guardrail.ts';
import { asBytes, byteTable } from '../text/bytes.ts';
import { looksLikePlaceholder } from './placeholders.ts';
import { VENDOR_KEYS } from './vendor-keys.ts';

interface KeyForm {
  readonly type: string;
  readonly prefix: string;
  readonly alphabet: Uint8Array;
  readonly min: number;
  readonly max: number;
}

const ALPHABETS: Readonly<Record<string, RegExp>> = {
  d: /[0-9]/,
  h: /[0-9a-f]/,
  x: /[0-9a-fA-F]/,
  l: /[0-9a-z]/,
  u: /[0-9A-Z]/,
  w: /[0-9A-Za-z]/,
  k: /[0-9A-Za-z_-]/,
  t: /[0-9A-Za-z_.-]/,
  b: /[0-9A-Za-z+/=_-]/,
};

function tableOf(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 0x80 }, (_, code) => (pattern.test(String.fromCharCode(code)) ? 1 : 0));
}

const TABLES = Object.fromEntries(Object.entries(ALPHABETS).map(([name, pattern]) => [name, tableOf(pattern)]));
const TOKEN = tableOf(/[0-9A-Za-z]/);
const TAIL = tableOf(/[0-9A-Za-z_-]/);

/** Forms by their first two characters; a word whose first two are in no prefix costs one look. */
const BY_START: (KeyForm[] | undefined)[] = new Array(0x80 * 0x80);
for (const line of VENDOR_KEYS) {
  const [type = '', prefix = '', alphabet = 'w', lengths = ''] = line.split(' ');
  const [min, max] = lengths.split('-').map(Number);
  const form: KeyForm = { type, prefix, alphabet: TABLES[alphabet] ?? TOKEN, min: min ?? 0, max: max ?? 0 };
  const start = (prefix.charCodeAt(0) << 7) | prefix.charCodeAt(1);
  const forms = BY_START[start] ?? [];
  forms.push(form);
  // The longest prefix first: sk-ant- is not an OpenAI key.
  forms.sort((left, right) => right.prefix.length - left.prefix.length);
  BY_START[start] = forms;
}

/** Pairs of bytes that begin a prefix, and the prefixes themselves for whoever walks the text. */
const IS_START = new Uint8Array(0x10000);
export const KEY_PREFIXES: readonly string[] = BY_START.flatMap((forms) => forms?.map(({ prefix }) => prefix) ?? []);
for (const prefix of KEY_PREFIXES) IS_START[(prefix.charCodeAt(0) << 8) | prefix.charCodeAt(1)] = 1;

const BYTE_TOKEN = byteTable(/[0-9A-Za-z]/);
const SCORE = 0.95;
/** Word starts that may begin a key, per text; only a text made of prefixes has more. */
const MAX_TRIES = 4000;

/** Whether a vendor's key can begin at this place; the inline tier asks it at word starts. */
export function keyAt(text: string, position: number): Detection | undefined {
  const first = text.charCodeAt(position);
  const second = text.charCodeAt(position + 1);
  if (first >= 0x80 || second >= 0x80) return undefined;
  const forms = BY_START[(first << 7) | second];
  if (forms === undefined) return undefined;
  for (const { type, prefix, alphabet, min, max } of forms) {
    if (!text.startsWith(prefix, position)) continue;
    const body = position + prefix.length;
    const end = runEnd(text, body, { alphabet, max });
    if (end - body < min || TAIL[text.charCodeAt(end)] === 1) continue;
    const key = text.slice(body, end);
    if (isRandom(key, prefix) && !looksLikePlaceholder(key)) return { type, start: position, end, score: SCORE };
  }
  return undefined;
}

function runEnd(text: string, start: number, { alphabet, max }: Pick<KeyForm, 'alphabet' | 'max'>): number {
  let end = start;
  while (end - start <= max && alphabet[text.charCodeAt(end)] === 1) end += 1;
  while (end > start && text.charCodeAt(end - 1) === 46) end -= 1;
  return end;
}

/** A short prefix could begin a word of prose or code; then digits must show that it is a key. */
function isRandom(key: string, prefix: string): boolean {
  let digits = 0;
  let letters = 0;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    if (code >= 48 && code <= 57) digits += 1;
    else if (TOKEN[code] === 1) letters += 1;
  }
  if (prefix.length >= 6) return digits > 0 || letters >= 24;
  if (prefix.length >= 4 && digits >= 1) return digits + letters > key.length * 0.75;
  return digits >= 2 && digits + letters > key.length * 0.75;
}

/** Every vendor key of the text that begins at a word start. */
export function findVendorKeys(text: string): Detection[] {
  const detections: Detection[] = [];
  const bytes = asBytes(text);
  let wasToken = 0;
  let tries = 0;
  for (let position = 0; position < text.length && tries < MAX_TRIES; position++) {
    const byte = bytes[position] as number;
    const isToken = BYTE_TOKEN[byte] as number;
    if (isToken === 1 && wasToken === 0 && IS_START[(byte << 8) | (bytes[position + 1] as number)] === 1) {
      tries += 1;
      const found = keyAt(text, position);
      if (found !== undefined) {
        detections.push(found);
        position = found.end - 1;
      }
    }
    wasToken = isToken;
  }
  return detections;
}
