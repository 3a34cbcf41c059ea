import { ABSENT } from './hash-index.ts';
import { HASH_SEED } from './hash-word.ts';
import { type Lexicon, shuffleHash } from './lexicon.ts';

/** Ciphers that a lexicon may tell apart. */
const MAX_CIPHERS = 32;

/** The words of a text with the concepts they may stand for. Reused arrays: valid until the next call. */
export interface Tokens {
  count: number;
  starts: Int32Array;
  ends: Int32Array;
  hashes: Int32Array;
  /** The word's entry in the lexicon, -1 for a word that is not there. */
  entries: Int32Array;
  /** 1 where a sentence or a line ended before the token. */
  breaks: Uint8Array;
  /** How many telling words each cipher of the lexicon would explain. */
  ciphers: Uint16Array;
}

const KIND_OTHER = 0;
const KIND_WORD = 1;
const KIND_BREAK = 2;
const KINDS = new Uint8Array(0x80);
for (let code = 0; code < 0x80; code++) {
  const character = String.fromCharCode(code);
  if (/[a-z0-9]/.test(character)) KINDS[code] = KIND_WORD;
  else if (/[.!?\n;]/.test(character)) KINDS[code] = KIND_BREAK;
}

const tokens: Tokens = allocate(1024);

function allocate(capacity: number): Tokens {
  return {
    count: 0,
    starts: new Int32Array(capacity),
    ends: new Int32Array(capacity),
    hashes: new Int32Array(capacity),
    entries: new Int32Array(capacity),
    breaks: new Uint8Array(capacity),
    ciphers: new Uint16Array(MAX_CIPHERS),
  };
}

/** Cuts normalised text into words and looks each one up. */
export function tokenise(text: string, lexicon: Lexicon): Tokens {
  if (text.length > tokens.starts.length) Object.assign(tokens, allocate(text.length + 1024));
  tokens.count = 0;
  tokens.ciphers.fill(0);
  let isBroken = 1;
  for (let position = 0; position < text.length; ) {
    const kind = kindOf(text.charCodeAt(position));
    if (kind !== KIND_WORD) {
      if (kind === KIND_BREAK) isBroken = 1;
      position += 1;
      continue;
    }
    const start = position;
    let hash = HASH_SEED;
    while (position < text.length) {
      const code = text.charCodeAt(position);
      if (kindOf(code) !== KIND_WORD) break;
      hash = Math.imul(hash ^ code, 0x01000193);
      position += 1;
    }
    addToken(text, lexicon, { start, end: position, hash });
    tokens.breaks[tokens.count - 1] = isBroken;
    isBroken = 0;
  }
  return tokens;
}

function kindOf(code: number): number {
  if (code < 0x80) return KINDS[code] ?? KIND_OTHER;
  // General punctuation, CJK punctuation and full-width forms separate words; the CJK full stop ends a sentence.
  if (code === 0x3002 || code === 0xff01 || code === 0xff1f) return KIND_BREAK;
  if ((code >= 0x2000 && code <= 0x2bff) || (code >= 0x3000 && code <= 0x303f) || (code >= 0xff00 && code <= 0xff0f))
    return KIND_OTHER;
  return code >= 0xa0 && code <= 0xbf ? KIND_OTHER : KIND_WORD;
}

function addToken(
  text: string,
  lexicon: Lexicon,
  { start, end, hash }: { start: number; end: number; hash: number },
): void {
  const at = tokens.count++;
  tokens.starts[at] = start;
  tokens.ends[at] = end;
  tokens.hashes[at] = hash;
  let entry = lexicon.indexOf.get(hash);
  if (entry === ABSENT) {
    const isLongEnough = end - start >= 6 && end - start <= 20;
    entry = isLongEnough ? Math.max(-1, lexicon.shuffled.get(shuffleHash(text, start, end))) : -1;
  } else if (entry < 0) {
    tokens.ciphers[-1 - entry] = (tokens.ciphers[-1 - entry] ?? 0) + 1;
    entry = -1;
  }
  tokens.entries[at] = entry;
}
