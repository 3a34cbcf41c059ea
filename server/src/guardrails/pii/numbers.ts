import type { Detection } from '../../ports/guardrail.ts';
import { NUMBER_KINDS, type NumberForm, type NumberKind } from './number-kinds.ts';
import { type DigitGroup, findNumberRuns, type NumberRun } from './number-runs.ts';

const MIN_DIGITS = 6;
const MAX_DIGITS = 19;
const CONTEXT_BEFORE = 48;
const CONTEXT_AFTER = 12;

/** Cards, national ids, telephone numbers: whatever consists of digits and separators. */
export function findNumbers(text: string): Detection[] {
  const detections: Detection[] = [];
  for (const run of findNumberRuns(text)) {
    for (let first = 0; first < run.groups.length; ) {
      const found = longestFrom(text, run, first);
      if (found !== undefined) detections.push(found.detection);
      first = found === undefined ? first + 1 : found.next;
    }
  }
  return detections;
}

function longestFrom(text: string, run: NumberRun, first: number): { detection: Detection; next: number } | undefined {
  if (first === 0 ? run.isGluedBefore : run.groups[first]?.separator !== ' ') return undefined;
  let total = 0;
  for (const group of run.groups.slice(first)) total += group.digits.length;
  if (total < MIN_DIGITS) return undefined;
  for (let last = run.groups.length - 1; last >= first; last--) {
    if (last === run.groups.length - 1 ? run.isGluedAfter : run.groups[last + 1]?.separator !== ' ') continue;
    const groups = run.groups.slice(first, last + 1);
    const kind = kindOf(text, groups);
    const [head] = groups;
    const tail = groups[groups.length - 1];
    if (kind !== undefined && head !== undefined && tail !== undefined) {
      return { detection: { type: kind.type, start: head.start, end: tail.end, score: kind.score }, next: last + 1 };
    }
  }
  return undefined;
}

function kindOf(text: string, groups: readonly DigitGroup[]): NumberKind | undefined {
  const [head] = groups;
  if (head === undefined) return undefined;
  const digits = groups.map((group) => group.digits).join('');
  if (digits.length < MIN_DIGITS || digits.length > MAX_DIGITS) return undefined;
  const sign = text.slice(head.start, head.start + 2);
  const form: NumberForm = {
    digits,
    shape: groups.map((group) => group.digits.length).join('-'),
    separators: groups.slice(1).map((group) => group.separator.trim() || group.separator).join('|'),
    hasPlus: sign.startsWith('+'),
    hasBracket: sign.includes('('),
  };
  const end = groups[groups.length - 1]?.end ?? 0;
  const before = text.slice(Math.max(0, head.start - CONTEXT_BEFORE), head.start);
  const around = `${before} ${text.slice(end, end + CONTEXT_AFTER)}`;
  return NUMBER_KINDS.find(
    ({ matches, needs, excludedBy }) =>
      matches(form) && (needs === undefined || needs.test(needs.source.endsWith('$') ? before : around)) && excludedBy?.test(before) !== true,
  );
}
