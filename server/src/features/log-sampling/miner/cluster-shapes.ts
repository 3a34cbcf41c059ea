import { absorbVariants } from './absorb-variants.ts';
import { coverLines } from './cover-lines.ts';
import { findHeaders } from './find-headers.ts';
import { findVariables } from './find-variables.ts';
import type { Group } from './groups.ts';
import { mergeSimilar } from './merge-similar.ts';
import { mergeSkeletons } from './merge-skeletons.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What comes in so many lines, and in such a share of all, comes often: it has a pattern of its own. */
const OFTEN_LINES = 20;
const OFTEN_SHARE = 0.01;
const MAX_PASSES = 4;

/** A pattern in the making, with the header its lines have in common. */
export interface PatternGroup extends Group {
  /** Empty where lines have no header; one variable where their headers are built differently. */
  readonly header: readonly number[];
}

/**
 * The second level of mining: groups of shapes that are one pattern. What stands in headers does not tell patterns apart. The same
 * shapes give the same groups, in whatever order.
 */
export function clusterShapes(vocabulary: Vocabulary, groups: readonly Group[]): PatternGroup[] {
  const starts = findHeaders(vocabulary, groups);
  const messages = groups.map((group, at) => ({ ...group, tokens: group.tokens.slice(starts[at]), members: [at] }));
  return clusterMessages(vocabulary, messages).map(({ tokens, lines, members }) => ({
    tokens,
    lines,
    members: members.flatMap((member) => (groups[member] as Group).members),
    header: commonHeader(
      vocabulary,
      members.map((member) => (groups[member] as Group).tokens.slice(0, starts[member])),
    ),
  }));
}

function commonHeader(vocabulary: Vocabulary, headers: readonly (readonly number[])[]): readonly number[] {
  const [first = [], ...others] = headers;
  if (others.some(({ length }) => length !== first.length)) return [vocabulary.variable, vocabulary.space];
  return first.map((token, at) => (others.every((other) => other[at] === token) ? token : vocabulary.variable));
}

function clusterMessages(vocabulary: Vocabulary, groups: readonly Group[]): Group[] {
  const lines = groups.reduce((sum, group) => sum + group.lines, 0);
  const often = Math.max(OFTEN_LINES, OFTEN_SHARE * lines);
  let current = [...groups];
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = current.length;
    current = absorbVariants(vocabulary, findVariables(vocabulary, current, pass > 0));
    current = mergeSimilar(vocabulary, current, often);
    if (pass > 0) current = mergeSkeletons(vocabulary, coverLines(vocabulary, current, often), often);
    if (pass > 0 && current.length === before) break;
  }
  return current;
}
