import type { Origin } from '../../kernel/finding.ts';
import type { Detection, InlineDetection, InlineScanner } from '../../ports/guardrail.ts';
import { harmfulDetector } from '../harmful/detect-harmful.ts';
import { judgePlainly } from '../injection/detect-injection.ts';
import { emailAt } from '../pii/email.ts';
import { findNumbers } from '../pii/numbers.ts';
import { findPrivateKeys } from '../secrets/embedded.ts';
import { KEY_PREFIXES, keyAt } from '../secrets/prefix-scan.ts';
import { asBytes, byteTable } from '../text/bytes.ts';
import { ANCHORS, type Anchor, type AnchorKind, COMPANIONS, saysAt } from './anchors.ts';

/** Three neighbouring bytes, mixed into 15 bits: the walk keeps one number and asks one table per character. */
const MASK = 0x7fff;
const MAY_BEGIN = new Uint8Array(MASK + 1);
/** The same for four bytes, asked only after three have matched; numbers are not in it. */
const WIDE_MASK = 0xffff;
const MAY_GO_ON = new Uint8Array(WIDE_MASK + 1);
/** What a beginning may be, as bits of MAY_BEGIN. */
const KEY = 1;
const ANCHOR = 2;
const NUMBER = 4;
const IS_WORD = byteTable(/[0-9A-Za-z]/);
/** Shorter prefixes begin too many words; the full tier knows them. */
const MIN_PREFIX = 4;
/** A closer look is taken at the surroundings of an anchor, this often per text and kind. */
const MAX_LOOKS = 4;
const LOOK_BEFORE = 40;
const LOOK_AFTER = 140;
const MAX_DETECTIONS = 64;
/** Beginnings looked at per text: only a text made of them has more. */
const MAX_TRIES = 2000;
const MIN_NUMBER = 9;
const MAX_NUMBER = 24;

function mix(hash: number, byte: number): number {
  return ((hash << 5) ^ byte) & MASK;
}

function hashOf(literal: string): number {
  return [...literal.slice(0, 3)].reduce((hash, character) => mix(hash, character.charCodeAt(0)), 0);
}

function mark(literal: string, kind: number): number {
  const hash = hashOf(literal);
  MAY_BEGIN[hash] = (MAY_BEGIN[hash] as number) | kind;
  MAY_GO_ON[((hash << 5) ^ literal.charCodeAt(3)) & WIDE_MASK] = 1;
  return hash;
}

const ANCHORS_AT: (Anchor[] | undefined)[] = new Array(MASK + 1);
for (const prefix of KEY_PREFIXES) if (prefix.length >= MIN_PREFIX) mark(prefix, KEY);
for (const anchor of ANCHORS) {
  const { literal } = anchor;
  for (const form of new Set([literal, literal.charAt(0).toUpperCase() + literal.slice(1), literal.toUpperCase()])) {
    const hash = mark(form, ANCHOR);
    ANCHORS_AT[hash] = [...(ANCHORS_AT[hash] ?? []), anchor];
  }
}
for (let number = 0; number < 1000; number++) {
  const hash = hashOf(String(number).padStart(3, '0'));
  MAY_BEGIN[hash] = (MAY_BEGIN[hash] as number) | NUMBER;
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
  private isStale = false;
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

  /** Looks where a word, or a delimiter, begins with three characters that one of the literals begins with. */
  private walk(): void {
    const { text } = this;
    const bytes = asBytes(text);
    const { length } = text;
    let tries = 0;
    let hash = mix(bytes[0] ?? 0, bytes[1] ?? 0);
    for (let position = 2; position < length; position++) {
      hash = ((hash << 5) ^ (bytes[position] as number)) & MASK;
      const kinds = MAY_BEGIN[hash] as number;
      if (kinds === 0) continue;
      if (kinds < NUMBER && MAY_GO_ON[((hash << 5) ^ (bytes[position + 1] as number)) & WIDE_MASK] === 0) continue;
      if (position > 2 && IS_WORD[bytes[position - 3] as number] === 1 && IS_WORD[bytes[position - 2] as number] === 1)
        continue;
      if (position - 2 < this.foundUntil || ++tries > MAX_TRIES) continue;
      this.lookAt(position - 2, hash);
      // A closer look walks other texts over the same bytes.
      if (this.isStale) {
        asBytes(text);
        this.isStale = false;
      }
      if (this.found.length >= MAX_DETECTIONS) return;
    }
  }

  private lookAt(position: number, hash: number): void {
    const kinds = MAY_BEGIN[hash] as number;
    if ((kinds & NUMBER) !== 0) {
      const code = this.text.charCodeAt(position);
      if (code >= 48 && code <= 57) return this.number(position);
    }
    if ((kinds & ANCHOR) !== 0) {
      for (const { kind, literal } of ANCHORS_AT[hash] ?? []) {
        if (saysAt(this.text, position, literal)) this.lookCloser(kind, position);
      }
    }
    if ((kinds & KEY) !== 0) this.add('secrets', keyAt(this.text, position));
  }

  /** Cards and security numbers: only a run of the right size is looked at closely. */
  private number(position: number): void {
    const { text } = this;
    let end = position;
    let digits = 0;
    for (; end - position < MAX_NUMBER; end++) {
      const code = text.charCodeAt(end);
      if (code >= 48 && code <= 57) digits += 1;
      else if ((code !== 45 && code !== 32) || text.charCodeAt(end + 1) < 48 || text.charCodeAt(end + 1) > 57) break;
    }
    if (digits < MIN_NUMBER || (digits > MIN_NUMBER && digits < 12)) return;
    this.isStale = true;
    const from = Math.max(0, position - 40);
    const hit = findNumbers(text.slice(from, end + 12)).find(
      ({ start, score }) => start + from === position && score >= 0.9,
    );
    this.add('pii', hit && { ...hit, start: hit.start + from, end: hit.end + from });
  }

  private lookCloser(kind: AnchorKind, position: number): void {
    if (position < this.seenUntil[kind] || this.looks[kind] >= MAX_LOOKS) return;
    const start = Math.max(0, position - LOOK_BEFORE);
    const end = Math.min(this.text.length, position + LOOK_AFTER);
    const part = this.text.slice(start, end);
    if (!COMPANIONS[kind].test(part)) return;
    this.looks[kind] += 1;
    this.isStale = true;
    this.seenUntil[kind] = position + LOOK_AFTER - LOOK_BEFORE;
    const detections =
      kind === 'injection' ? judgePlainly(part, this.origin) : harmfulDetector.full(part, this.origin).detections;
    for (const detection of detections) {
      if (detection.score < 0.5) continue;
      this.found.push({ guardrail: kind, ...detection, start: detection.start + start, end: detection.end + start });
    }
  }

  private add(guardrail: string, detection: Detection | undefined): void {
    if (detection === undefined) return;
    this.found.push({ guardrail, ...detection });
    this.foundUntil = detection.end;
  }
}
