import { type Group, hashTokens, type Span, unite } from './groups.ts';
import { endOfValue, keyOf } from './spans.ts';
import { Trait, type Vocabulary } from './vocabulary.ts';

/** Families that one line is compared with, and comparisons in all lines of one structure. */
const MAX_LEADERS = 100;
const MAX_COMPARISONS = 300_000;
const MIN_EQUAL_WORDS = 3;
const MIN_EQUAL_SHARE = 0.6;
/** For lines that another pattern covers already: each of its variables stands where they have one word. */
const MIN_COVERED_SHARE = 0.5;
const MAX_VALUE_WORDS = 2;

interface Line {
  readonly group: Group;
  /** Where a word, a variable or a value stands. */
  readonly slots: readonly Span[];
  /** A plain word that stands in so many lines of one shape is a constant. */
  readonly isFrequent: boolean;
}

/**
 * Lines built alike, of which most words are the same, while what differs looks like names and values in every place. This finds
 * patterns whose variables all change at once, so that no two lines differ in one part only.
 */
export function mergeSimilar(vocabulary: Vocabulary, groups: readonly Group[], often: number): Group[] {
  const byStructure = new Map<number, Line[]>();
  for (const group of groups) {
    const { slots, structure } = structureOf(vocabulary, group.tokens);
    if (slots.length < MIN_EQUAL_WORDS) continue;
    const line = { group, slots, isFrequent: group.lines >= often };
    const key = hashTokens(vocabulary, structure);
    const alike = byStructure.get(key);
    if (alike === undefined) byStructure.set(key, [line]);
    else alike.push(line);
  }
  for (const lines of byStructure.values()) if (lines.length > 1) mergeLines(vocabulary, lines);
  return unite(vocabulary, groups);
}

function mergeLines(vocabulary: Vocabulary, lines: readonly Line[]): void {
  const keyed = lines.map((line) => ({
    line,
    key: hashTokens(vocabulary, line.group.tokens),
    variables: line.group.tokens.filter((token) => token === vocabulary.variable).length,
  }));
  keyed.sort((one, other) => other.variables - one.variables || one.key - other.key);
  const maxLeaders = Math.min(MAX_LEADERS, Math.ceil(MAX_COMPARISONS / lines.length));
  const families: { leader: Line; members: Line[]; changing: Set<number> }[] = [];
  for (const { line } of keyed) {
    let joined = false;
    for (const family of families) {
      const changing = differences(vocabulary, family.leader, line);
      if (changing === undefined) continue;
      family.members.push(line);
      for (const slot of changing) family.changing.add(slot);
      joined = true;
      break;
    }
    if (!joined && families.length < maxLeaders) families.push({ leader: line, members: [line], changing: new Set() });
  }
  for (const { members, changing } of families) {
    if (members.length < 2) continue;
    for (const line of members) line.group.tokens = withVariables(vocabulary, line, changing);
  }
}

/** The slots in which two lines differ; undefined: they are not alike enough. */
function differences(vocabulary: Vocabulary, one: Line, other: Line): number[] | undefined {
  let equal = 0;
  let covered = 0;
  const changing: number[] = [];
  for (let at = 0; at < one.slots.length; at++) {
    const left = one.slots[at] as Span;
    const right = other.slots[at] as Span;
    if (isSame(one, other, at)) {
      if (left.to === left.from + 1 && vocabulary.isWord(one.group.tokens[left.from] as number)) equal++;
      continue;
    }
    if (
      left.to === left.from + 1 &&
      one.group.tokens[left.from] === vocabulary.variable &&
      right.to === right.from + 1 &&
      !other.isFrequent
    ) {
      covered++;
      changing.push(at);
      continue;
    }
    if (at === 0 || !mayChange(vocabulary, one, left) || !mayChange(vocabulary, other, right)) return undefined;
    changing.push(at);
  }
  if (covered === changing.length && equal > 1 && equal >= MIN_COVERED_SHARE * (equal + covered)) return changing;
  if (equal < MIN_EQUAL_WORDS || equal < MIN_EQUAL_SHARE * (equal + changing.length)) return undefined;
  return changing;
}

function isSame(one: Line, other: Line, slot: number): boolean {
  const left = one.slots[slot] as Span;
  const right = other.slots[slot] as Span;
  if (left.to - left.from !== right.to - right.from) return false;
  for (let at = 0; at < left.to - left.from; at++)
    if (one.group.tokens[left.from + at] !== other.group.tokens[right.from + at]) return false;
  return true;
}

function mayChange(vocabulary: Vocabulary, { group: { tokens }, isFrequent }: Line, { from, to }: Span): boolean {
  const token = tokens[from] as number;
  if (to === from + 1) {
    const traits = vocabulary.traits[token] as number;
    if (token === vocabulary.variable || traits & (Trait.masked | Trait.joined)) return true;
    if (traits & Trait.enumeration || isFrequent) return false;
  }
  const key = keyOf(vocabulary, tokens, from);
  if (key === undefined || (vocabulary.traits[key] as number) & Trait.says) return false;
  return tokens.slice(from, to).filter((part) => vocabulary.isWord(part)).length <= MAX_VALUE_WORDS;
}

function structureOf(vocabulary: Vocabulary, tokens: readonly number[]): { slots: Span[]; structure: number[] } {
  const textAt = (at: number) => vocabulary.texts[tokens[at] as number];
  const slots: Span[] = [];
  const structure: number[] = [];
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at] as number;
    const isValue = at > 0 && textAt(at - 1) === '=';
    const to = isValue ? endOfValue(textAt, tokens.length, at) : at + 1;
    if (isValue || token === vocabulary.variable || vocabulary.isWord(token)) {
      slots.push({ from: at, to });
      structure.push(vocabulary.variable);
      if (to === at) structure.push(token);
    } else structure.push(token);
    at = Math.max(to, at + 1);
  }
  return { slots, structure };
}

function withVariables(
  vocabulary: Vocabulary,
  { group: { tokens }, slots }: Line,
  changing: ReadonlySet<number>,
): number[] {
  const result: number[] = [];
  let at = 0;
  slots.forEach(({ from, to }, slot) => {
    if (!changing.has(slot)) return;
    result.push(...tokens.slice(at, from), vocabulary.variable);
    at = to;
  });
  result.push(...tokens.slice(at));
  return result;
}
