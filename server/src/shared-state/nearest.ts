import { dotProduct } from '../kernel/vectors.ts';
import type { SemanticEntry } from '../ports/semantic-index.ts';

const MOST = 3;
/** Products of numbers per turn of the event loop: well under a millisecond. */
const SLICE = 400_000;

/** Compares with every entry, in slices, so that a large partition holds nobody up. */
export async function nearest(
  entries: Iterable<SemanticEntry>,
  vector: Float32Array,
  threshold: number,
): Promise<readonly string[]> {
  const found: { replyHash: string; similarity: number }[] = [];
  let left = SLICE;
  for (const entry of entries) {
    const similarity = dotProduct(entry.vector, vector);
    if (similarity >= threshold - ROUNDING) found.push({ replyHash: entry.replyHash, similarity });
    left -= vector.length;
    if (left > 0) continue;
    left = SLICE;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, MOST)
    .map(({ replyHash }) => replyHash);
}

/** Of 32-bit numbers: equal vectors must reach a threshold of 1. */
const ROUNDING = 1e-6;
