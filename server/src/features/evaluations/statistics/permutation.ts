import { randomNumbers } from './random.ts';

/** Up to so many sums all 2^n changes of sign are tried. */
const EXACT_UP_TO = 13;
const DRAWS = 10_000;

/**
 * Two-sided p of a mean difference: without a difference each pair (or cluster, given by its sum) could as well have been swapped,
 * which changes the sign of its sum. All changes of sign for few sums, otherwise 10,000 random ones, which count the observed one
 * in, so that p is never too small (B. Phipson and G. K. Smyth, "Permutation p-values should never be zero", 2010).
 */
export function permutationP(sums: readonly number[], seed: number): number {
  const given = Float64Array.from(sums.filter((sum) => sum !== 0));
  const observed = Math.abs(given.reduce((sum, value) => sum + value, 0));
  // Other orders of the same additions differ in the last digits.
  const reached = observed - 1e-9 * given.reduce((sum, value) => sum + Math.abs(value), 0);
  if (given.length === 0) return 1;
  if (given.length <= EXACT_UP_TO) return exactShare(given, reached);
  let asFar = 1;
  const next = randomNumbers(seed);
  for (let draw = 0; draw < DRAWS; draw++) if (Math.abs(randomSum(given, next)) >= reached) asFar++;
  return asFar / (DRAWS + 1);
}

function exactShare(values: Float64Array, reached: number): number {
  const all = 2 ** values.length;
  let asFar = 0;
  for (let signs = 0; signs < all; signs++) {
    let sum = 0;
    for (let at = 0; at < values.length; at++)
      sum += (signs >> at) & 1 ? (values[at] as number) : -(values[at] as number);
    if (Math.abs(sum) >= reached) asFar++;
  }
  return asFar / all;
}

/** One random number gives 32 signs. */
function randomSum(values: Float64Array, next: () => number): number {
  let [sum, bits] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    if ((at & 31) === 0) bits = next();
    sum += bits & 1 ? (values[at] as number) : -(values[at] as number);
    bits >>>= 1;
  }
  return sum;
}
