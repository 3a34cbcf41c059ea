import type { Tokens } from '../concepts/tokenise.ts';
import { eachFeature } from './linear-features.ts';

/** Characters of normalised text that one window of the model sees, and how far the next one starts. */
export const WINDOW = 256;
export const STRIDE = 128;
const STRIDE_BITS = 7;

/** Weights of hashed features, one byte each, with the factor that makes log-odds of them. */
export interface LinearModel {
  readonly weights: Int8Array;
  readonly scale: number;
  readonly bias: number;
  /** Log-odds of rules and model together from which a user's text is hit. */
  readonly edge: number;
}

let sums = new Float64Array(4096);
let counts = new Int32Array(4096);

/** The best of many windows is high by chance: what the logarithm of their number takes off, counted up to so many. */
const CHANCE = 0.7;
const MOST_COUNTED = 8;

/**
 * The window of the text that looks most like an attack to the model, with the log-odds of the two best windows. Windows overlap by
 * half, so what stands in one of them mostly stands in the next as well, and what does not was chance.
 */
export function strongestWindow(
  text: string,
  tokens: Tokens,
  model: LinearModel,
): { score: number; start: number; end: number } {
  const slots = Math.ceil((text.length + 1) / STRIDE) + 1;
  if (slots > sums.length) {
    sums = new Float64Array(slots * 2);
    counts = new Int32Array(slots * 2);
  }
  sums.fill(0, 0, slots);
  counts.fill(0, 0, slots);
  const { weights } = model;
  eachFeature(text, tokens, (position, bucket) => {
    const slot = position >> STRIDE_BITS;
    sums[slot] = (sums[slot] ?? 0) + (weights[bucket] ?? 0);
    counts[slot] = (counts[slot] ?? 0) + 1;
  });
  let best = Number.NEGATIVE_INFINITY;
  let second = Number.NEGATIVE_INFINITY;
  let bestSlot = 0;
  let windows = 0;
  for (let slot = 0; slot + 1 < slots; slot++) {
    const count = (counts[slot] ?? 0) + (counts[slot + 1] ?? 0);
    if (count === 0) continue;
    const score = ((sums[slot] ?? 0) + (sums[slot + 1] ?? 0)) / Math.sqrt(count);
    windows += 1;
    if (score > best) {
      second = best;
      best = score;
      bestSlot = slot;
    } else if (score > second) second = score;
  }
  const start = bestSlot * STRIDE;
  const both = windows > 1 ? (best + second) / 2 : best;
  const chance = CHANCE * Math.log(Math.max(1, Math.min(MOST_COUNTED, windows)));
  return { score: both * model.scale + model.bias - chance, start, end: Math.min(text.length, start + WINDOW) };
}
