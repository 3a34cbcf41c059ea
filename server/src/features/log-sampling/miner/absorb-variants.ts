import { type Group, hashTokens, unite } from './groups.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Longest sequence of tokens whose repetition is looked for. */
const MAX_REPEATED = 12;
/** Constant words a line must have before a word joined to a variable is taken for a part of it. */
const MIN_WORDS = 3;

/**
 * Lines that say the same with a part more or less: a variable in parentheses that is not always there, a list of one or of many,
 * `LOCAL(5)` or `host:5` where others have a plain variable.
 */
export function absorbVariants(vocabulary: Vocabulary, groups: readonly Group[]): Group[] {
  const united = unite(vocabulary, mergeBySimplest(vocabulary, groups));
  const existing = new Set(united.map(({ tokens }) => hashTokens(vocabulary, tokens)));
  for (const group of united) {
    const simpler = withoutJoinedWord(vocabulary, group.tokens, existing);
    if (simpler !== undefined) group.tokens = simpler;
  }
  return unite(vocabulary, united);
}

/** Groups whose simplest forms are the same take that form. */
function mergeBySimplest(vocabulary: Vocabulary, groups: readonly Group[]): readonly Group[] {
  const bySimplest = new Map<number, { groups: Group[]; simplest: readonly number[] }>();
  for (const group of groups) {
    const simplest = withoutRepeats(vocabulary, withoutOptionalParts(vocabulary, group.tokens));
    const key = hashTokens(vocabulary, simplest);
    const alike = bySimplest.get(key);
    if (alike === undefined) bySimplest.set(key, { groups: [group], simplest });
    else alike.groups.push(group);
  }
  for (const { groups: alike, simplest } of bySimplest.values())
    if (alike.length > 1) for (const group of alike) group.tokens = simplest;
  return groups;
}

/** ` (5)` and ` ()` left out. */
function withoutOptionalParts(vocabulary: Vocabulary, tokens: readonly number[]): readonly number[] {
  const open = vocabulary.idOf('(');
  const close = vocabulary.idOf(')');
  if (!tokens.includes(open)) return tokens;
  const result: number[] = [];
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at] === vocabulary.space && tokens[at + 1] === open) {
      if (tokens[at + 2] === close) {
        at += 2;
        continue;
      }
      if (tokens[at + 2] === vocabulary.variable && tokens[at + 3] === close) {
        at += 3;
        continue;
      }
    }
    result.push(tokens[at] as number);
  }
  return result;
}

/** A sequence with a variable in it that follows itself stands once. */
function withoutRepeats(vocabulary: Vocabulary, tokens: readonly number[]): readonly number[] {
  if (tokens.length < 6) return tokens;
  const result: number[] = [];
  for (const token of tokens) {
    result.push(token);
    for (let size = 2; size <= MAX_REPEATED && 2 * size <= result.length; size++) {
      if (!endsWithRepeat(result, size) || !hasChange(vocabulary, result, size)) continue;
      result.length -= size;
      break;
    }
  }
  return result;
}

function endsWithRepeat(tokens: readonly number[], size: number): boolean {
  for (let at = tokens.length - size; at < tokens.length; at++) if (tokens[at] !== tokens[at - size]) return false;
  return true;
}

function hasChange(vocabulary: Vocabulary, tokens: readonly number[], size: number): boolean {
  return tokens.slice(-size).some((token) => token === vocabulary.variable || vocabulary.isMasked(token));
}

/** `word(5)` and `word:5` as a plain variable, where that makes the line one of those that exist. */
function withoutJoinedWord(
  vocabulary: Vocabulary,
  tokens: readonly number[],
  existing: ReadonlySet<number>,
): readonly number[] | undefined {
  const { variable } = vocabulary;
  if (tokens.filter((token) => vocabulary.isWord(token)).length <= MIN_WORDS) return undefined;
  for (let at = 1; at < tokens.length - 1; at++) {
    if (tokens[at + 1] !== variable || !vocabulary.isWord(tokens[at - 1] as number)) continue;
    const joint = vocabulary.texts[tokens[at] as number];
    const isCall = joint === '(' && vocabulary.texts[tokens[at + 2] as number] === ')';
    if (!isCall && joint !== ':') continue;
    const simpler = [...tokens.slice(0, at - 1), variable, ...tokens.slice(isCall ? at + 3 : at + 2)];
    if (existing.has(hashTokens(vocabulary, simpler))) return simpler;
  }
  return undefined;
}
