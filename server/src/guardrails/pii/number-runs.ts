import { asBytes } from '../text/bytes.ts';

/** Digits with separators that may be one number: `+44 20 5878 7461`, `(873) 320-6833`, `4174-0219-0091-2914`. */
export interface NumberRun {
  readonly groups: readonly DigitGroup[];
  /** A letter, underscore or other sign that glues the run to what stands before or after it. */
  readonly isGluedBefore: boolean;
  readonly isGluedAfter: boolean;
}

export interface DigitGroup {
  readonly digits: string;
  /** Offsets of the digits; a leading `+` or `(` belongs to the group. */
  readonly start: number;
  readonly end: number;
  /** What stands between the group before and this one. */
  readonly separator: string;
}

const MAX_GROUPS = 10;

export function findNumberRuns(text: string): NumberRun[] {
  const runs: NumberRun[] = [];
  const bytes = asBytes(text);
  for (let position = 0; position < text.length; ) {
    if ((bytes[position] as number) < 48 || (bytes[position] as number) > 57 || !isDigit(text.charCodeAt(position))) {
      position += 1;
      continue;
    }
    const run = readRun(text, position);
    runs.push(run);
    position = run.groups[run.groups.length - 1]?.end ?? position + 1;
  }
  return runs;
}

function readRun(text: string, first: number): NumberRun {
  const groups: DigitGroup[] = [];
  let start = first;
  let separator = '';
  while (groups.length < MAX_GROUPS) {
    let end = start;
    while (isDigit(text.charCodeAt(end)) && end - start < 40) end += 1;
    groups.push({
      digits: text.slice(start, end),
      start: groups.length === 0 ? withSign(text, start) : start,
      end,
      separator,
    });
    const next = skipSeparator(text, end);
    if (next === undefined) break;
    separator = text.slice(end, next);
    start = next;
  }
  const [head] = groups;
  const tail = groups[groups.length - 1];
  return {
    groups,
    isGluedBefore: isGlue(text.charCodeAt((head?.start ?? 0) - 1)),
    isGluedAfter: isGlueAfter(text, tail?.end ?? 0),
  };
}

function withSign(text: string, start: number): number {
  let from = start;
  if (text[from - 1] === '(') from -= 1;
  if (text[from - 1] === '+') from -= 1;
  return from;
}

/** The next digit when only one separator, or a bracket with a space, lies between. */
function skipSeparator(text: string, end: number): number | undefined {
  for (let length = 1; length <= 4; length++) {
    const code = text.charCodeAt(end + length - 1);
    if (isDigit(code) && length > 1) return end + length - 1;
    if (!isSeparator(code)) return undefined;
    if (length >= 2 && text[end] !== ')' && code !== 40 && text[end + 1] !== '(')
      return isDigit(text.charCodeAt(end + length)) && code === 45 ? end + length : undefined;
  }
  return undefined;
}

function isSeparator(code: number): boolean {
  // space, no-break space, dash, dot, slash, brackets, en dash
  return (
    code === 32 ||
    code === 0xa0 ||
    code === 45 ||
    code === 46 ||
    code === 47 ||
    code === 40 ||
    code === 41 ||
    code === 0x2013
  );
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isGlue(code: number): boolean {
  return isWordCode(code) || code === 35 || code === 36 || code === 46 || code === 45 || code === 47 || code === 58;
}

/** A letter or an underscore, or a sign that is followed by more of the same number. */
function isGlueAfter(text: string, end: number): boolean {
  const code = text.charCodeAt(end);
  if ((code | 32) === 120 && isDigit(text.charCodeAt(end + 1))) return false;
  if (isWordCode(code) || code === 37) return true;
  const next = text.charCodeAt(end + 1);
  return (
    (code === 46 || code === 45 || code === 58 || code === 47) &&
    (code === 45 ? isDigit(next) || (next >= 97 && next <= 122) : isWordCode(next))
  );
}

function isWordCode(code: number): boolean {
  return isDigit(code) || code === 95 || ((code | 32) >= 97 && (code | 32) <= 122) || (code >= 0xc0 && code < 0x2000);
}
