import type { Origin } from '../../kernel/finding.ts';
import type { Detection, InlineDetection, InlineScanner } from '../../ports/guardrail.ts';
import { harmfulDetector } from '../harmful/detect-harmful.ts';
import { judgePlainly } from '../injection/detect-injection.ts';
import { emailAt } from '../pii/email.ts';
import { findNumbers } from '../pii/numbers.ts';
import { privateKeyAt } from '../secrets/embedded.ts';
import { keyAt } from '../secrets/prefix-scan.ts';
import { type AnchorKind, ANCHORS_BY_START, saysAt } from './anchors.ts';

/** What a character may begin. */
const WORD = 1;
const AT = 2;
const DASH = 3;
const ANGLE = 4;
const SQUARE = 5;
const DIGIT = 6;

const KINDS = new Uint8Array(0x80);
for (let code = 0; code < 0x80; code++) if (/[A-Za-z]/.test(String.fromCharCode(code))) KINDS[code] = WORD;
for (let code = 48; code < 58; code++) KINDS[code] = DIGIT;
for (const [sign, kind] of [['@', AT], ['-', DASH], ['<', ANGLE], ['[', SQUARE]] as const) KINDS[sign.charCodeAt(0)] = kind;

/** A closer look is taken at the surroundings of an anchor, this often per text and kind. */
const MAX_LOOKS = 6;
const LOOK_BEFORE = 60;
const LOOK_AFTER = 200;
const MAX_DETECTIONS = 64;
const MIN_NUMBER = 9;
const MAX_NUMBER = 24;

/** One walk over the text: at each word start, two characters decide whether anything can begin there. */
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
  private readonly text: string;
  private readonly origin: Origin;

  constructor(text: string, origin: Origin) {
    this.text = text;
    this.origin = origin;
  }

  run(): readonly InlineDetection[] {
    const { text } = this;
    const { length } = text;
    let before = 0;
    for (let position = 0; position < length; position++) {
      const code = text.charCodeAt(position);
      const kind = code < 0x80 ? (KINDS[code] as number) : 0;
      if (kind !== 0 && kind !== before) {
        const isWordStart = kind !== WORD && kind !== DIGIT ? true : before !== WORD && before !== DIGIT;
        if (isWordStart) {
          const end = this.lookAt(position, code, kind);
          if (end > position) position = end - 1;
          if (this.found.length >= MAX_DETECTIONS) return this.found;
        }
      }
      before = kind;
    }
    return this.found;
  }

  /** The end of what was found, or the place itself. */
  private lookAt(position: number, code: number, kind: number): number {
    if (kind === WORD) return this.word(position, code);
    if (kind === DIGIT) return this.number(position);
    if (kind === AT) return this.add('pii', emailAt(this.text, position), position);
    if (kind === DASH) return this.text.startsWith('-----BEGIN', position) ? this.add('secrets', privateKeyAt(this.text, position), position) : position;
    const isDelimiter = kind === ANGLE ? saysAt(this.text, position, '<|') || saysAt(this.text, position, '<<sys') : saysAt(this.text, position, '[inst');
    if (isDelimiter) this.lookCloser('injection', position);
    return position;
  }

  private word(position: number, code: number): number {
    const second = this.text.charCodeAt(position + 1);
    if (second >= 0x80) return position;
    const anchors = ANCHORS_BY_START[((code | 32) << 7) | (second >= 65 && second <= 90 ? second | 32 : second)];
    if (anchors !== undefined) {
      for (const { kind, literal } of anchors) if (saysAt(this.text, position, literal)) this.lookCloser(kind, position);
    }
    return this.add('secrets', keyAt(this.text, position), position);
  }

  /** Cards, security numbers and the like: only a run of the right size is looked at closely. */
  private number(position: number): number {
    const { text } = this;
    let end = position;
    let digits = 0;
    for (; end - position < MAX_NUMBER; end++) {
      const code = text.charCodeAt(end);
      if (code >= 48 && code <= 57) digits += 1;
      else if ((code !== 45 && code !== 32) || text.charCodeAt(end + 1) < 48 || text.charCodeAt(end + 1) > 57) break;
    }
    if (digits < MIN_NUMBER || (digits > MIN_NUMBER && digits < 12)) return digits === 0 ? position : this.add('secrets', keyAt(text, position), position);
    const from = Math.max(0, position - 40);
    const hit = findNumbers(text.slice(from, end + 12)).find(({ start, score }) => start + from === position && score >= 0.9);
    return this.add('pii', hit && { ...hit, start: hit.start + from, end: hit.end + from }, end);
  }

  private lookCloser(kind: AnchorKind, position: number): void {
    if (position < this.seenUntil[kind] || this.looks[kind] >= MAX_LOOKS) return;
    this.looks[kind] += 1;
    const start = Math.max(0, position - LOOK_BEFORE);
    const end = Math.min(this.text.length, position + LOOK_AFTER);
    this.seenUntil[kind] = position + LOOK_AFTER - LOOK_BEFORE;
    const part = this.text.slice(start, end);
    const detections = kind === 'injection' ? judgePlainly(part, this.origin) : harmfulDetector.full(part, this.origin).detections;
    for (const detection of detections) {
      if (detection.score < 0.5) continue;
      this.found.push({ guardrail: kind, ...detection, start: detection.start + start, end: detection.end + start });
    }
  }

  private add(guardrail: string, detection: Detection | undefined, otherwise: number): number {
    if (detection === undefined) return otherwise;
    this.found.push({ guardrail, ...detection });
    return detection.end;
  }
}
