import type { Detection } from '../../ports/guardrail.ts';
import { NUMBER_KINDS, type NumberForm, type NumberKind } from './number-kinds.ts';
import { type DigitGroup, findNumberRuns, type NumberRun } from './number-runs.ts';

const MIN_DIGITS = 6;
const MAX_DIGITS = 19;
const CONTEXT_BEFORE = 48;
const CONTEXT_AFTER = 12;

/** Numbers looked at per text: more than any page of prose or any log holds, few enough for a text made of digits. */
const MAX_TRIES = 3000;

/** Cards, national ids, telephone numbers: whatever consists of digits and separators. */
export function findNumbers(text: string): Detection[] {
  const detections: Detection[] = [];
  const budget = { tries: MAX_TRIES };
  for (const run of findNumberRuns(text)) {
    if (isPulledApart(run)) continue;
    for (let first = 0; first < run.groups.length; ) {
      const found = longestFrom(text, run, { first, budget });
      if (found !== undefined) detections.push(found.detection);
      first = found === undefined ? first + 1 : found.next;
    }
  }
  return detections;
}

/** Nearly all groups are single digits: a list or a matrix. */
function isPulledApart({ groups }: NumberRun): boolean {
  const digits = groups.reduce((sum, group) => sum + group.digits.length, 0);
  return groups.length > 3 && digits < groups.length * 1.5;
}

interface Search {
  readonly first: number;
  readonly budget: { tries: number };
}

/** Whether any kind has so many digits in so many groups; without it tables of numbers would cost too much. */
function isPossible(
  groups: { readonly count: number; readonly second: DigitGroup | undefined; readonly hasPlus: boolean },
  digits: number,
): boolean {
  if (digits < MIN_DIGITS || digits > MAX_DIGITS) return false;
  if (groups.hasPlus || groups.count === 1) return true;
  if (groups.count >= 6) return digits === 15;
  if (groups.count === 5) return digits === 10 || digits === 11 || digits === 19;
  if (groups.count === 4) return digits >= 8;
  return digits >= 7 || groups.second?.separator !== ' ';
}

function longestFrom(
  text: string,
  run: NumberRun,
  { first, budget }: Search,
): { detection: Detection; next: number } | undefined {
  if (first === 0 ? run.isGluedBefore : run.groups[first]?.separator !== ' ') return undefined;
  let digits = 0;
  for (let group = first; group < run.groups.length; group++) digits += run.groups[group]?.digits.length ?? 0;
  const hasPlus = text[run.groups[first]?.start ?? 0] === '+';
  const second = run.groups[first + 1];
  for (let last = run.groups.length - 1; last >= first; digits -= run.groups[last--]?.digits.length ?? 0) {
    if (digits < MIN_DIGITS) return undefined;
    if (last === run.groups.length - 1 ? run.isGluedAfter : run.groups[last + 1]?.separator !== ' ') continue;
    if (!isPossible({ count: last - first + 1, second, hasPlus }, digits) || budget.tries <= 0) continue;
    budget.tries -= 1;
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
  const sign = text.slice(head.start, head.start + 2);
  const form: NumberForm = {
    digits,
    shape: groups.map((group) => group.digits.length).join('-'),
    separators: groups
      .slice(1)
      .map((group) => group.separator.trim() || group.separator)
      .join('|'),
    hasPlus: sign.startsWith('+'),
    hasBracket: sign.includes('('),
  };
  const end = groups[groups.length - 1]?.end ?? 0;
  const before = text.slice(Math.max(0, head.start - CONTEXT_BEFORE), head.start);
  const around = `${before} ${text.slice(end, end + CONTEXT_AFTER)}`;
  return NUMBER_KINDS.find(
    ({ matches, needs, excludedBy }) =>
      matches(form) &&
      (needs === undefined || needs.test(needs.source.endsWith('$') ? before : around)) &&
      excludedBy?.test(before) !== true,
  );
}
