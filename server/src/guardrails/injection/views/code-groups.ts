import { readable } from './encoded-runs.ts';
import { type DecodedView, viewOfRun } from './view.ts';

const MORSE =
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'.split(' ');
const LETTER_OF_MORSE = new Map(MORSE.map((code, index) => [code, String.fromCharCode(97 + index)]));

type Radix = 'hex' | 'decimal' | 'binary' | 'morse';
const MIN_GROUPS = 8;

/** Texts written as numbers: `69 67 6e`, `0x69, 0x67`, `105 103 110`, `01101001 01100111`, and Morse code. */
export function decodeCodeGroups(text: string): DecodedView[] {
  if (!mayHoldGroups(text)) return [];
  const views: DecodedView[] = [];
  let groups: string[] = [];
  let start = 0;
  let end = 0;
  let radix: Radix | undefined;
  const flush = () => {
    if (radix !== undefined && groups.length >= MIN_GROUPS) {
      const decoded = decodeGroups(groups, radix);
      if (decoded !== undefined) views.push(viewOfRun(radix, decoded, { start, end }));
    }
    groups = [];
    radix = undefined;
  };
  for (const match of text.matchAll(/(?<![^\s,;])[^\s,;]{1,10}(?![^\s,;])/g)) {
    const kind = kindOf(match[0], radix);
    if (kind !== radix) flush();
    if (kind === undefined) continue;
    if (groups.length === 0) start = match.index;
    radix = kind;
    groups.push(match[0]);
    end = match.index + match[0].length;
  }
  flush();
  return views;
}

/** Groups of digits, dots and dashes are rare in prose; most texts are done after this look. */
function mayHoldGroups(text: string): boolean {
  let marks = 0;
  const sample = Math.min(text.length, 65_536);
  for (let i = 0; i < sample; i++) {
    const code = text.charCodeAt(i);
    if ((code >= 48 && code <= 57) || code === 46 || code === 45) marks += 1;
  }
  return marks >= MIN_GROUPS * 1.5;
}

function kindOf(group: string, current: Radix | undefined): Radix | undefined {
  if (/^[01]{7,8}$/.test(group)) return 'binary';
  if (/^[.\-/|]{1,6}$/.test(group)) return 'morse';
  if (/^(?:0x)?[0-9a-fA-F]{2}$/.test(group) && current !== 'decimal') return 'hex';
  if (/^\d{2,3}$/.test(group)) return 'decimal';
  return undefined;
}

function decodeGroups(groups: readonly string[], radix: Radix): string | undefined {
  if (radix === 'morse') return groups.map((group) => LETTER_OF_MORSE.get(group) ?? ' ').join('');
  const base = { hex: 16, decimal: 10, binary: 2 }[radix];
  const bytes = groups.map((group) => Number.parseInt(group.replace('0x', ''), base));
  return bytes.some((byte) => byte > 255) ? undefined : readable(Buffer.from(bytes));
}
