import type { Origin } from '../../kernel/finding.ts';
import type { Detection, InlineDetection, InlineScanner } from '../../ports/guardrail.ts';
import { harmfulDetector } from '../harmful/detect-harmful.ts';
import { judgePlainly } from '../injection/detect-injection.ts';
import { emailAt } from '../pii/email.ts';
import { findNumbers } from '../pii/numbers.ts';
import { findPrivateKeys } from '../secrets/embedded.ts';
import { KEY_PREFIXES, keyAt } from '../secrets/prefix-scan.ts';
import { asPairs, byteTable } from '../text/bytes.ts';
import { ANCHORS, type Anchor, type AnchorKind, hasCompanion, saysAt } from './anchors.ts';

/** What a beginning may be, as bits. */
const KEY = 1;
const ANCHOR = 2;
const IS_WORD = byteTable(/[0-9A-Za-z]/);
const IS_KEY = byteTable(/[0-9A-Za-z_-]/);
const ANYTHING = new Uint8Array(0x100).fill(1);
/** Shorter prefixes begin too many words; the full tier knows them. */
const MIN_PREFIX = 4;
/** A closer look is taken at the surroundings of an anchor, this often per text and kind. */
const MAX_LOOKS = 2;
const LOOK_BEFORE = 40;
const LOOK_AFTER = 140;
const MAX_DETECTIONS = 64;
/** Beginnings looked at per text: only a text made of them has more. */
const MAX_TRIES = 2000;
/** The same for numbers, which cost more. */
const MAX_NUMBER_LOOKS = 100;
const MIN_NUMBER = 9;
const MAX_NUMBER = 24;

/**
 * The walk reads two bytes at a time and asks one table about every two pairs: whether a literal may begin at the first byte of the
 * first pair, or at the one before it, where its last three or four known bytes stand in the pairs.
 */
const PAIRS = new Uint8Array(1 << 17);
const AT_FIRST = 1;
const ONE_BEFORE = 2;
/** Takes the bit off that tells upper from lower case, in both bytes of a pair. */
const CASELESS = 0x5f5f;

function pairsHash(first: number, second: number): number {
  return Math.imul((first << 16) | second, 0x9e3779b1) >>> 15;
}

/** Four bytes of a literal; one that ends before them goes on with a byte of the table. */
function markPairs(literal: string, from: number, { where, rest }: { where: number; rest: Uint8Array }): void {
  const known = Buffer.from(literal.slice(from, from + 4), 'latin1');
  for (let last = 0; last < 0x100; last++) {
    if (known.length === 4 ? last !== known[3] : rest[last] === 0) continue;
    const first = (known.readUInt16LE(0) & CASELESS) >>> 0;
    const second = ((known[2] as number) | (last << 8)) & CASELESS;
    const hash = pairsHash(first, second);
    PAIRS[hash] = (PAIRS[hash] as number) | where;
  }
}

/** The first three bytes of the literals, for a second look: one in ten words passes the table of pairs. */
const START_MASK = 0x7fff;
const STARTS = new Uint8Array(START_MASK + 1);
const ANCHORS_AT: (Anchor[] | undefined)[] = new Array(START_MASK + 1);

function startHash(first: number, second: number, third: number): number {
  return ((first << 10) ^ (second << 5) ^ third) & START_MASK;
}

function mark(literal: string, kind: number): number {
  const rest = kind === KEY ? IS_KEY : ANYTHING;
  markPairs(literal, 0, { where: AT_FIRST, rest });
  markPairs(literal, 1, { where: ONE_BEFORE, rest });
  const hash = startHash(literal.charCodeAt(0), literal.charCodeAt(1), literal.charCodeAt(2));
  STARTS[hash] = (STARTS[hash] as number) | kind;
  return hash;
}

for (const prefix of KEY_PREFIXES) if (prefix.length >= MIN_PREFIX) mark(prefix, KEY);
for (const anchor of ANCHORS) {
  const { literal } = anchor;
  for (const form of new Set([literal, literal.charAt(0).toUpperCase() + literal.slice(1), literal.toUpperCase()])) {
    const hash = mark(form, ANCHOR);
    ANCHORS_AT[hash] = [...(ANCHORS_AT[hash] ?? []), anchor];
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && (byte - 48) >>> 0 < 10;
}

/** Whether the byte belongs to a number: a digit, or a sign with a digit behind it in the direction of reading. */
function goesOn(bytes: Uint8Array, position: number, direction: 1 | -1): boolean {
  const byte = bytes[position];
  return isDigit(byte) || ((byte === 45 || byte === 32) && isDigit(bytes[position + direction]));
}

/** One walk over the text; what may begin at a word start is then looked at closely. */
export const inlineScanner: InlineScanner = {
  scan(text, origin) {
    return new Walk(text, origin).run();
  },
};

class Walk {
  private readonly found: InlineDetection[] = [];
  private readonly looks: Record<AnchorKind, number> = { injection: 0, harmful: 0 };
  /** Where the last closer look of each kind ended: what it saw is not looked at again. */
  private readonly seenUntil: Record<AnchorKind, number> = { injection: 0, harmful: 0 };
  private foundUntil = 0;
  /** Where the run of digits ends that was looked at last. */
  private numberUntil = 0;
  private tries = 0;
  private numberLooks = 0;
  private readonly text: string;
  private readonly origin: Origin;

  constructor(text: string, origin: Origin) {
    this.text = text;
    this.origin = origin;
  }

  run(): readonly InlineDetection[] {
    const { text } = this;
    this.walk();
    for (let at = text.indexOf('@'); at >= 0 && this.found.length < MAX_DETECTIONS; at = text.indexOf('@', at + 1)) {
      this.add('pii', emailAt(text, at));
    }
    if (text.includes('-----BEGIN ')) for (const key of findPrivateKeys(text)) this.add('secrets', key);
    return this.found;
  }

  /** Looks at every second byte for a digit and at every two pairs for a beginning. */
  private walk(): void {
    const { text } = this;
    const { bytes, pairs } = asPairs(text);
    const last = text.length >> 1;
    let before = 0;
    for (let index = 0; index <= last; index++) {
      const pair = pairs[index] as number;
      const second = pair & CASELESS;
      const where = PAIRS[Math.imul((before << 16) | second, 0x9e3779b1) >>> 15] as number;
      before = second;
      const mayBeNumber = ((pair & 0xff) - 48) >>> 0 < 10;
      if (where === 0 && !mayBeNumber) continue;
      if (mayBeNumber) this.number(bytes, index * 2);
      if ((where & AT_FIRST) !== 0) this.lookAt(bytes, index * 2 - 2);
      if ((where & ONE_BEFORE) !== 0) this.lookAt(bytes, index * 2 - 3);
      if (this.found.length >= MAX_DETECTIONS) return;
    }
  }

  /** Whether one of the literals stands here, at the start of a word. */
  private lookAt(bytes: Uint8Array, position: number): void {
    if (position < this.foundUntil) return;
    const first = bytes[position] as number;
    const hash = startHash(first, bytes[position + 1] as number, bytes[position + 2] as number);
    const kinds = STARTS[hash] as number;
    if (kinds === 0 || (position > 0 && IS_WORD[first] === 1 && IS_WORD[bytes[position - 1] as number] === 1)) return;
    if (++this.tries > MAX_TRIES) return;
    if ((kinds & ANCHOR) !== 0) {
      for (const { kind, literal } of ANCHORS_AT[hash] ?? []) {
        if (saysAt(this.text, position, literal)) this.lookCloser(kind, position);
      }
    }
    if ((kinds & KEY) !== 0) this.add('secrets', keyAt(this.text, position));
  }

  /** Cards and security numbers: only a run of digits of the right size is looked at closely. */
  private number(bytes: Uint8Array, position: number): void {
    if (position < this.numberUntil || position < this.foundUntil) return;
    let start = position;
    while (start > Math.max(this.numberUntil, position - 4) && goesOn(bytes, start - 1, -1)) start -= 1;
    let end = start;
    let digits = 0;
    let group = 0;
    let longestGroup = 0;
    for (; end - start < MAX_NUMBER && goesOn(bytes, end, 1); end++) {
      group = isDigit(bytes[end]) ? group + 1 : 0;
      if (group > 0) digits += 1;
      if (group > longestGroup) longestGroup = group;
      // In a longer run the next number may begin after the first group.
      if (group === 0 && this.numberUntil <= start) this.numberUntil = end;
    }
    if (end - start < MAX_NUMBER || this.numberUntil <= start) this.numberUntil = end;
    if (digits < MIN_NUMBER || (digits > MIN_NUMBER && digits < 12) || longestGroup < 3) return;
    if (++this.numberLooks > MAX_NUMBER_LOOKS) return;
    const from = Math.max(0, start - 40);
    const hit = findNumbers(this.text.slice(from, end + 12)).find(
      (found) => found.start + from >= start && found.start + from < end && found.score >= 0.9,
    );
    this.add('pii', hit && { ...hit, start: hit.start + from, end: hit.end + from });
    // A closer look walks other texts over the same bytes.
    asPairs(this.text);
  }

  private lookCloser(kind: AnchorKind, position: number): void {
    if (position < this.seenUntil[kind] || this.looks[kind] >= MAX_LOOKS) return;
    const start = Math.max(0, position - LOOK_BEFORE);
    const end = Math.min(this.text.length, position + LOOK_AFTER);
    if (!hasCompanion(kind, this.text, position)) return;
    const part = this.text.slice(start, end);
    this.looks[kind] += 1;
    this.seenUntil[kind] = position + LOOK_AFTER - LOOK_BEFORE;
    const detections =
      kind === 'injection' ? judgePlainly(part, this.origin) : harmfulDetector.full(part, this.origin).detections;
    for (const detection of detections) {
      if (detection.score < 0.5) continue;
      this.found.push({ guardrail: kind, ...detection, start: detection.start + start, end: detection.end + start });
    }
    asPairs(this.text);
  }

  private add(guardrail: string, detection: Detection | undefined): void {
    if (detection === undefined) return;
    this.found.push({ guardrail, ...detection });
    this.foundUntil = detection.end;
  }
}
