import { type Group, hashTokens, joinVariables, unite } from './groups.ts';
import type { Vocabulary } from './vocabulary.ts';

/** So many groups must share a word in its place for it to be a constant, and so many must share all constants to be merged. */
const MIN_GROUPS = 8;
const MIN_CONSTANTS = 3;
/** Constants there must be for each word that changes. */
const MIN_CONSTANTS_PER_CHANGE = 1.5;
/** Of what is often, what the lines of a group may be on average: constants repeat, names that change all at once hardly do. */
const MAX_SHARE_OF_OFTEN = 0.15;

/**
 * Lines built alike in which several plain words change at once: what stands in the same place in many of them is constant, the rest
 * is variable. Only for lines that hardly repeat, of which there are many.
 */
export function mergeSkeletons(vocabulary: Vocabulary, groups: readonly Group[], often: number): Group[] {
  const byStructure = new Map<number, Group[]>();
  for (const group of groups) {
    const key = hashTokens(
      vocabulary,
      group.tokens.map((token) => (vocabulary.isWord(token) ? vocabulary.variable : token)),
    );
    const alike = byStructure.get(key);
    if (alike === undefined) byStructure.set(key, [group]);
    else alike.push(group);
  }
  for (const alike of byStructure.values()) if (alike.length >= MIN_GROUPS) mergeAlike(vocabulary, alike, often);
  return unite(vocabulary, groups);
}

function mergeAlike(vocabulary: Vocabulary, groups: readonly Group[], often: number): void {
  const length = groups[0]?.tokens.length ?? 0;
  const counts = Array.from({ length }, (_, at) => {
    const byToken = new Map<number, number>();
    for (const { tokens } of groups) byToken.set(tokens[at] as number, (byToken.get(tokens[at] as number) ?? 0) + 1);
    return byToken;
  });
  const families = new Map<number, { groups: Group[]; skeleton: number[] }>();
  for (const group of groups) {
    const skeleton = group.tokens.map((token, at) =>
      vocabulary.isWord(token) && (counts[at]?.get(token) ?? 0) < MIN_GROUPS ? vocabulary.variable : token,
    );
    const key = hashTokens(vocabulary, skeleton);
    const family = families.get(key);
    if (family === undefined) families.set(key, { groups: [group], skeleton });
    else family.groups.push(group);
  }
  for (const { groups: family, skeleton } of families.values()) {
    const constants = skeleton.filter((token) => vocabulary.isWord(token)).length;
    const changes = skeleton.filter((token, at) => token !== family[0]?.tokens[at]).length;
    const lines = family.reduce((sum, group) => sum + group.lines, 0);
    if (family.length < MIN_GROUPS || lines > MAX_SHARE_OF_OFTEN * often * family.length) continue;
    if (constants < MIN_CONSTANTS || constants < MIN_CONSTANTS_PER_CHANGE * changes) continue;
    const joined = joinVariables(vocabulary, skeleton);
    for (const group of family) group.tokens = joined;
  }
}
