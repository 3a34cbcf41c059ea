import { type Group, hashTokens, Prefixes, type Span, unite, withVariable } from './groups.ts';
import { keyOf, SpanKind, visitSpans } from './spans.ts';
import { Trait, type Vocabulary } from './vocabulary.ts';

interface Place extends Span {
  readonly group: Group;
}

interface Candidate {
  readonly key: number;
  /** The widest of its places'. */
  kind: number;
  readonly places: Place[];
}

const MAX_ROUNDS = 10;
/** From so many lines on, a value that makes up nearly all of them is a constant more likely than a user's name. */
const DOMINANT_LINES = 20;

/**
 * Minimal pairs: lines that are alike but for one part. Where that part takes enough different values it is a variable, and the
 * lines are one pattern. What is enough depends on what the values look like and on how much text around them is the same.
 */
export function findVariables(vocabulary: Vocabulary, groups: readonly Group[], withTails: boolean): Group[] {
  let current = unite(vocabulary, groups);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = candidatesOf(vocabulary, current, withTails)
      .map((candidate) => ({ candidate, values: valuesOf(vocabulary, candidate.places) }))
      .filter(({ candidate, values }) => values.size >= neededValues(vocabulary, candidate, values))
      .sort(
        (one, other) =>
          other.values.size - one.values.size ||
          one.candidate.kind - other.candidate.kind ||
          one.candidate.key - other.candidate.key,
      );
    if (found.length === 0) break;
    const marks = new Map<Group, Place[]>();
    for (const { candidate } of found) {
      for (const place of candidate.places) {
        const marked = marks.get(place.group);
        if (marked === undefined) marks.set(place.group, [place]);
        else if (!marked.some(({ from, to }) => place.from < to && from < place.to)) marked.push(place);
      }
    }
    for (const [group, places] of marks)
      for (const place of places.sort((one, other) => other.from - one.from))
        group.tokens = withVariable(vocabulary, group.tokens, place);
    current = unite(vocabulary, current);
  }
  return current;
}

/** Parts of lines by what surrounds them, where at least two lines have the same around them. */
function candidatesOf(vocabulary: Vocabulary, groups: readonly Group[], withTails: boolean): Candidate[] {
  const prefixes = new Prefixes(vocabulary, Math.max(0, ...groups.map(({ tokens }) => tokens.length)));
  const first = new Map<number, Place & { readonly kind: number }>();
  const candidates = new Map<number, Candidate>();
  for (const group of groups) {
    prefixes.read(group.tokens);
    visitSpans(vocabulary, group.tokens, (from, to, kind) => {
      if (kind === SpanKind.tail && !withTails) return;
      const key = prefixes.around(from, to);
      const known = first.get(key);
      if (known === undefined) {
        first.set(key, { group, from, to, kind });
        return;
      }
      if (known.group === group) return;
      const candidate = candidates.get(key);
      if (candidate === undefined) {
        const widest = Math.max(kind, known.kind);
        candidates.set(key, { key, kind: widest, places: [known, { group, from, to }] });
      } else if (candidate.places.at(-1)?.group !== group) {
        candidate.places.push({ group, from, to });
        candidate.kind = Math.max(candidate.kind, kind);
      }
    });
  }
  return [...candidates.values()];
}

/** Lines by value. */
function valuesOf(vocabulary: Vocabulary, places: readonly Place[]): Map<number, number> {
  const values = new Map<number, number>();
  for (const { group, from, to } of places) {
    const value = hashTokens(vocabulary, group.tokens.slice(from, to));
    values.set(value, (values.get(value) ?? 0) + group.lines);
  }
  return values;
}

function neededValues(
  vocabulary: Vocabulary,
  { places, kind }: Candidate,
  values: ReadonlyMap<number, number>,
): number {
  const place = places[0];
  if (place === undefined) return Number.POSITIVE_INFINITY;
  const around = surroundings(vocabulary, place);
  if (around.words === 0) return Number.POSITIVE_INFINITY;
  const key = keyOf(vocabulary, place.group.tokens, place.from);
  const saysWhat = key !== undefined && ((vocabulary.traits[key] as number) & Trait.says) !== 0;
  let masked = 0;
  let names = 0;
  let enumerations = 0;
  let variables = 0;
  let flags = 0;
  let outcomes = 0;
  let wide = 0;
  let structured = 0;
  for (const { group, from, to } of places) {
    if (to !== from + 1) {
      wide++;
      if (hasStructure(vocabulary, group.tokens.slice(from, to))) structured++;
      continue;
    }
    const token = group.tokens[from] as number;
    const traits = vocabulary.traits[token] as number;
    if (traits & Trait.flag) flags++;
    if (traits & Trait.outcome) outcomes++;
    if (token === vocabulary.variable) variables++;
    else if (traits & Trait.masked) masked++;
    else if (traits & Trait.enumeration) enumerations++;
    else if (traits & Trait.name) names++;
  }
  const base = around.words > 6 ? 3 : around.words > 4 ? 4 : around.words > 1 ? 5 : 8;
  if (wide > 0) {
    if (saysWhat) return Number.POSITIVE_INFINITY;
    if (kind === SpanKind.list) return 3;
    if (around.isTail) {
      if (around.words < 2 || structured > 0.4 * places.length) return Number.POSITIVE_INFINITY;
      return around.fails ? 5 : 8;
    }
    const more = structured > 0 ? 6 : 0;
    if (around.before === 'quote' || around.before === 'value') return 3 + more;
    return (around.before === 'bracket' ? 4 : 8) + more;
  }
  const share = (count: number) => count / places.length;
  if (share(masked + variables) === 1) return 2;
  const isDominated = largestShare(values, hashTokens(vocabulary, [vocabulary.variable])) > 0.9;
  if (variables > 0 && !isDominated && !around.isFirst && around.words > 1) return 2;
  if (saysWhat) return 12;
  if (share(enumerations) > 0.5) {
    if (share(flags) > 0.5) return around.before === 'value' ? 2 : 12;
    if (share(outcomes) > 0.5) return 12;
    return around.isUnit ? 3 : around.words > 5 ? 4 : around.words > 2 ? 5 : around.before === 'other' ? 12 : 5;
  }
  if (share(masked + variables) > 0.5) return Math.min(base, 4);
  if (around.isFirst) return around.words > 5 || share(names) > 0.5 ? Math.max(base, 4) : 10;
  if (isDominated) return Math.max(base, 5);
  if (around.before === 'quote' || around.before === 'value' || around.isLed) return Math.min(base, 3);
  if (share(names + masked + variables) > 0.5) return Math.min(base, 3);
  return base;
}

/** Of all lines, those with the constant that stands there most often. */
function largestShare(values: ReadonlyMap<number, number>, variable: number): number {
  let all = 0;
  let largest = 0;
  for (const [value, lines] of values) {
    all += lines;
    if (value !== variable) largest = Math.max(largest, lines);
  }
  return all < DOMINANT_LINES ? 0 : largest / all;
}

function hasStructure(vocabulary: Vocabulary, tokens: readonly number[]): boolean {
  return tokens.some((token) => token === vocabulary.variable || vocabulary.isMasked(token));
}

interface Surroundings {
  /** Constant words around the part. */
  readonly words: number;
  readonly isFirst: boolean;
  /** It goes to the end of the line, after a colon. */
  readonly isTail: boolean;
  readonly before: 'quote' | 'bracket' | 'value' | 'other';
  /** A word like `user` or `from` stands before it. */
  readonly isLed: boolean;
  /** A variable stands before it, as before a currency. */
  readonly isUnit: boolean;
  /** A word like `failed` or `cannot` stands before it. */
  readonly fails: boolean;
}

function surroundings(vocabulary: Vocabulary, { group, from, to }: Place): Surroundings {
  const { tokens } = group;
  let words = 0;
  let isFirst = true;
  let fails = false;
  let lastWord = -1;
  for (let at = 0; at < tokens.length; at++) {
    if (at >= from && at < to) continue;
    const token = tokens[at] as number;
    if (!vocabulary.isWord(token)) continue;
    words++;
    if (at < from) {
      isFirst = false;
      lastWord = token;
      if ((vocabulary.traits[token] as number) & Trait.fails) fails = true;
    }
  }
  const text = from > 0 ? vocabulary.texts[tokens[from - 1] as number] : undefined;
  const before =
    text === '"' || text === "'"
      ? 'quote'
      : text === '=' || text === '|'
        ? 'value'
        : text === '(' || text === '[' || text === '{' || text === '<'
          ? 'bracket'
          : 'other';
  const isLed = lastWord >= 0 && ((vocabulary.traits[lastWord] as number) & Trait.leads) !== 0;
  const isTail = to === tokens.length && before === 'other' && vocabulary.texts[tokens[from - 2] as number] === ':';
  const isUnit = text === ' ' && tokens[from - 2] === vocabulary.variable;
  return { words, isFirst, isTail, isUnit, before, isLed, fails };
}
