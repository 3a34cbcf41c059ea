import { absorbVariants } from './absorb-variants.ts';
import { findVariables } from './find-variables.ts';
import type { Group } from './groups.ts';
import { mergeSimilar } from './merge-similar.ts';
import type { Vocabulary } from './vocabulary.ts';

const MAX_PASSES = 3;

/** The second level of mining: groups of shapes that are one pattern. The same shapes give the same groups, in whatever order. */
export function clusterShapes(vocabulary: Vocabulary, groups: readonly Group[]): Group[] {
  let current = [...groups];
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = current.length;
    current = mergeSimilar(vocabulary, absorbVariants(vocabulary, findVariables(vocabulary, current)));
    if (current.length === before) break;
  }
  return current;
}
