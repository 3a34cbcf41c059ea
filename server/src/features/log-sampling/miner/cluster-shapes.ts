import { absorbVariants } from './absorb-variants.ts';
import { coverLines } from './cover-lines.ts';
import { findVariables } from './find-variables.ts';
import type { Group } from './groups.ts';
import { mergeSimilar } from './merge-similar.ts';
import type { Vocabulary } from './vocabulary.ts';

const MAX_PASSES = 4;

/** The second level of mining: groups of shapes that are one pattern. The same shapes give the same groups, in whatever order. */
export function clusterShapes(vocabulary: Vocabulary, groups: readonly Group[]): Group[] {
  let current = [...groups];
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = current.length;
    current = absorbVariants(vocabulary, findVariables(vocabulary, current, pass > 0));
    current = mergeSimilar(vocabulary, current);
    if (pass > 0) current = coverLines(vocabulary, current);
    if (pass > 0 && current.length === before) break;
  }
  return current;
}
