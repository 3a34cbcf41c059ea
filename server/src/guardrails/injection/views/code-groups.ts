import { readable } from './encoded-runs.ts';
import { type DecodedView, viewOfRun } from './view.ts';

const MORSE =
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'.split(
    ' ',
  );
const LETTER_OF_MORSE = new Map(MORSE.map((code, index) => [code, String.fromCharCode(97 + index)]));

type Radix = 'hex' | 'decimal' | 'binary' | 'morse';
const MIN_GROUPS = 8;

/** Texts written as numbers: `69 67 6e`, `0x69, 0x67`, `105 103 110`, `01101001 01100111`, and Morse code. */
export function decodeCodeGroups(text: string): DecodedView[] {
  const views: DecodedView[] = [];
  for (const run of findGroupRuns(text)) {
    const groups = text.slice(run.start, run.end).split(/[\s,;]+/);
    const radix = radixOf(groups);
    const decoded = radix && decodeGroups(groups, radix);
    if (radix !== undefined && decoded !== undefined) views.push(viewOfRun(radix, decoded, run));
  }
  return views;
}

const GROUP = 1;
const GAP = 2;
const KINDS = new Uint8Array(0x80);
for (let code = 0; code < 0x80; code++) {
  const character = String.fromCharCode(code);
  if (/[0-9a-fA-FxX.\-/|]/.test(character)) KINDS[code] = GROUP;
  else if (/[\s,;]/.test(character)) KINDS[code] = GAP;
}
const LONGEST_GROUP = 9;

/** Stretches of at least MIN_GROUPS short groups of code characters, found in one pass. */
function findGroupRuns(text: string): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  let start = 0;
  let end = 0;
  let groups = 0;
  let groupStart = -1;
  let isClean = true;
  for (let position = 0; position <= text.length; position++) {
    const code = position < text.length ? text.charCodeAt(position) : 32;
    const kind = code < 0x80 ? (KINDS[code] as number) : 0;
    if (kind === GROUP && groupStart < 0 && isClean) groupStart = position;
    else if (kind === 0) isClean = false;
    if (kind !== GAP) continue;
    if (isClean && groupStart >= 0 && position - groupStart <= LONGEST_GROUP) {
      if (groups === 0) start = groupStart;
      groups += 1;
      end = position;
    } else if (!isClean || groupStart >= 0) {
      if (groups >= MIN_GROUPS) runs.push({ start, end });
      groups = 0;
    }
    groupStart = -1;
    isClean = true;
  }
  if (groups >= MIN_GROUPS) runs.push({ start, end });
  return runs;
}

function radixOf(groups: readonly string[]): Radix | undefined {
  if (groups.every((group) => /^[01]{7,8}$/.test(group))) return 'binary';
  if (groups.every((group) => /^[.\-/|]{1,6}$/.test(group))) return 'morse';
  if (groups.every((group) => /^\d{2,3}$/.test(group)) && groups.some((group) => group.length === 3)) return 'decimal';
  if (groups.every((group) => /^(?:0x)?[0-9a-f]{2}$/i.test(group))) return 'hex';
  return groups.every((group) => /^\d{2,3}$/.test(group)) ? 'decimal' : undefined;
}

function decodeGroups(groups: readonly string[], radix: Radix): string | undefined {
  if (radix === 'morse') return groups.map((group) => LETTER_OF_MORSE.get(group) ?? ' ').join('');
  const base = { hex: 16, decimal: 10, binary: 2 }[radix];
  const bytes = groups.map((group) => Number.parseInt(group.replace('0x', ''), base));
  return bytes.some((byte) => byte > 255) ? undefined : readable(Buffer.from(bytes));
}
