import { type Group, hashTokens, unite } from './groups.ts';
import type { Vocabulary } from './vocabulary.ts';

const MIN_WORDS = 2;
const MAX_CANDIDATES = 200;

/**
 * Rare lines that a pattern found by now covers: every constant of the pattern stands in them in its order, and where the pattern has
 * a variable they have one word, or any text where quotes, brackets or the end of the line bound it.
 */
export function coverLines(vocabulary: Vocabulary, groups: readonly Group[], often: number): Group[] {
  const covers = new Map<number, Group[]>();
  for (const group of groups) {
    if (!group.tokens.includes(vocabulary.variable)) continue;
    if (group.tokens.filter((token) => vocabulary.isWord(token)).length < MIN_WORDS) continue;
    const key = firstWord(vocabulary, group.tokens);
    const same = covers.get(key);
    if (same === undefined) covers.set(key, [group]);
    else same.push(group);
  }
  for (const list of covers.values())
    list.sort(
      (one, other) =>
        other.lines - one.lines || hashTokens(vocabulary, one.tokens) - hashTokens(vocabulary, other.tokens),
    );
  const covered = new Set<Group>();
  for (const group of groups) {
    if (group.lines >= often) continue;
    const candidates = covers.get(firstWord(vocabulary, group.tokens)) ?? [];
    const cover = candidates
      .slice(0, MAX_CANDIDATES)
      .find(
        (one) =>
          one !== group &&
          one.lines > group.lines &&
          !covered.has(one) &&
          matches(vocabulary, one.tokens, group.tokens),
      );
    if (cover === undefined) continue;
    group.tokens = cover.tokens;
    covered.add(group);
  }
  return unite(vocabulary, groups);
}

/** The word a line starts with; -1: it starts with something else, or the pattern leaves it open. */
function firstWord(vocabulary: Vocabulary, tokens: readonly number[]): number {
  const first = tokens[0];
  return first !== undefined && vocabulary.isWord(first) ? first : -1;
}

function matches(vocabulary: Vocabulary, pattern: readonly number[], line: readonly number[]): boolean {
  let at = 0;
  for (let place = 0; place < pattern.length; place++) {
    const token = pattern[place] as number;
    if (token !== vocabulary.variable) {
      if (line[at] !== token) return false;
      at++;
      continue;
    }
    const found = line[at];
    if (found === undefined) return false;
    const next = pattern[place + 1];
    const before = vocabulary.texts[pattern[place - 1] as number];
    const after = next === undefined ? undefined : vocabulary.texts[next];
    if (next === undefined) return isBounded(before, after) || at === line.length - 1;
    if (isBounded(before, after)) {
      const end = line.indexOf(next, at);
      if (end <= at) return false;
      at = end;
    } else {
      if (found !== vocabulary.variable && !vocabulary.isWord(found)) return false;
      at++;
    }
  }
  return at === line.length;
}

/** Something else than a space bounds the variable, so that it may hold several words. */
function isBounded(before: string | undefined, after: string | undefined): boolean {
  if (after === undefined) return before === ' ';
  return (before === '"' || before === "'") && after === before;
}
