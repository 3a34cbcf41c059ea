import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../kernel/time.ts';

/** Characters that may stand before it: a quote, a bracket. */
const MOST_BEFORE = 2;
/** Of `2026-05-04T10:00:05`: 0 is a digit; T may be a blank. */
const LAYOUT = '0000-00-00T00:00:00';
const ZERO = 0x30;
const NINE = 0x39;

/** The last day that was asked for: lines of a log are mostly of one. */
let knownDay = -1;
let knownDayMs = 0;

/**
 * When a plain line says it was written, as ISO 8601 with a T or a blank, a fraction and a zone where they are, taken for UTC where
 * it names no zone. Unix milliseconds; undefined: it does not begin with that.
 */
export function leadingTime(line: string): number | undefined {
  let from = 0;
  while (from < MOST_BEFORE && !isDigit(line, from)) from++;
  if (!isLaidOut(line, from)) return undefined;
  const two = (at: number) => digit(line, from + at) * 10 + digit(line, from + at + 1);
  const time = two(11) * HOUR_MS + two(14) * MINUTE_MS + two(17) * SECOND_MS;
  const at = from + LAYOUT.length;
  const rest = line.charCodeAt(at);
  const isPlain = !(rest === 0x2e || rest === 0x2c || rest === 0x5a || rest === 0x2b || rest === 0x2d);
  return dayMs(two(0) * 100 + two(2), two(5), two(8)) + time + (isPlain ? 0 : beyondSeconds(line, at));
}

/** Milliseconds to add for `.123`, `,123`, `Z`, `+02:00`. */
function beyondSeconds(line: string, from: number): number {
  let at = from;
  let fraction = 0;
  const unit = line[at];
  if (unit === '.' || unit === ',') {
    let worth = 100;
    for (at++; isDigit(line, at); at++) {
      fraction += worth * digit(line, at);
      worth = worth > 1 ? worth / 10 : 0;
    }
  }
  const sign = line[at];
  if ((sign !== '+' && sign !== '-') || !isDigit(line, at + 1) || !isDigit(line, at + 2)) return fraction;
  const minutes = line[at + 3] === ':' ? at + 4 : at + 3;
  const offset =
    (digit(line, at + 1) * 10 + digit(line, at + 2)) * HOUR_MS +
    (isDigit(line, minutes) && isDigit(line, minutes + 1)
      ? (digit(line, minutes) * 10 + digit(line, minutes + 1)) * MINUTE_MS
      : 0);
  return fraction - (sign === '-' ? -offset : offset);
}

function isLaidOut(line: string, from: number): boolean {
  if (line.length < from + LAYOUT.length) return false;
  for (let at = 0; at < LAYOUT.length; at++) {
    const wanted = LAYOUT.charCodeAt(at);
    const unit = line.charCodeAt(from + at);
    if (wanted === ZERO ? unit < ZERO || unit > NINE : unit !== wanted && !(at === 10 && unit === 0x20)) return false;
  }
  return true;
}

function dayMs(year: number, month: number, day: number): number {
  const key = (year * 100 + month) * 100 + day;
  if (key !== knownDay) {
    knownDayMs = Date.UTC(year, month - 1, day);
    knownDay = key;
  }
  return knownDayMs;
}

function isDigit(line: string, at: number): boolean {
  const unit = line.charCodeAt(at);
  return unit >= ZERO && unit <= NINE;
}

function digit(line: string, at: number): number {
  return line.charCodeAt(at) - ZERO;
}
