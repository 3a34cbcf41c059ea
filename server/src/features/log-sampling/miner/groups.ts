import type { Vocabulary } from './vocabulary.ts';

/** Shapes that are taken for one pattern so far. */
export interface Group {
  /** What they have in common; everything else is a variable. */
  tokens: readonly number[];
  lines: number;
  /** Indexes into the list of shapes. */
  members: number[];
}

const MULTIPLIER_HIGH = 0x01000193;
const MULTIPLIER_LOW = 0x5bd1e995;

/** A 53-bit hash of tokens, the same wherever and in whatever order they were met. */
export function hashTokens(vocabulary: Vocabulary, tokens: readonly number[]): number {
  let high = 0;
  let low = 0;
  for (const token of tokens) {
    high = (Math.imul(high, MULTIPLIER_HIGH) + (vocabulary.high[token] as number)) | 0;
    low = (Math.imul(low, MULTIPLIER_LOW) + (vocabulary.low[token] as number)) | 0;
  }
  return joinHashes(high, low);
}

export function joinHashes(high: number, low: number): number {
  return (high & 0x1fffff) * 0x100000000 + (low >>> 0);
}

/** Groups with the same tokens become one. */
export function unite(vocabulary: Vocabulary, groups: readonly Group[]): Group[] {
  const byTokens = new Map<number, Group>();
  for (const group of groups) {
    const key = hashTokens(vocabulary, group.tokens);
    const same = byTokens.get(key);
    if (same === undefined) byTokens.set(key, group);
    else {
      same.lines += group.lines;
      for (const member of group.members) same.members.push(member);
    }
  }
  return [...byTokens.values()];
}

/** Tokens from `from` up to, not including, `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The same tokens, with one variable for those from `from` up to `to`. */
export function withVariable(vocabulary: Vocabulary, tokens: readonly number[], { from, to }: Span): number[] {
  return joinVariables(vocabulary, [...tokens.slice(0, from), vocabulary.variable, ...tokens.slice(to)]);
}

/** Variables with only a space between are one. */
export function joinVariables({ variable, space }: Vocabulary, tokens: readonly number[]): number[] {
  const result: number[] = [];
  for (const token of tokens) {
    const size = result.length;
    if (token === variable && result[size - 1] === space && result[size - 2] === variable) result.pop();
    else result.push(token);
  }
  return result;
}

/** Sums of hashes from the left, so that the hash of a list with a hole in it costs nothing more. */
export class Prefixes {
  readonly #vocabulary: Vocabulary;
  readonly #high: Int32Array;
  readonly #low: Int32Array;
  readonly #powersHigh: Int32Array;
  readonly #powersLow: Int32Array;
  #length = 0;

  constructor(vocabulary: Vocabulary, maxTokens: number) {
    this.#vocabulary = vocabulary;
    this.#high = new Int32Array(maxTokens + 1);
    this.#low = new Int32Array(maxTokens + 1);
    this.#powersHigh = new Int32Array(maxTokens + 2).fill(1);
    this.#powersLow = new Int32Array(maxTokens + 2).fill(1);
    for (let at = 1; at < maxTokens + 2; at++) {
      this.#powersHigh[at] = Math.imul(this.#powersHigh[at - 1] as number, MULTIPLIER_HIGH);
      this.#powersLow[at] = Math.imul(this.#powersLow[at - 1] as number, MULTIPLIER_LOW);
    }
  }

  read(tokens: readonly number[]): void {
    const { high, low } = this.#vocabulary;
    this.#length = tokens.length;
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at] as number;
      this.#high[at + 1] = (Math.imul(this.#high[at] as number, MULTIPLIER_HIGH) + (high[token] as number)) | 0;
      this.#low[at + 1] = (Math.imul(this.#low[at] as number, MULTIPLIER_LOW) + (low[token] as number)) | 0;
    }
  }

  /** The hash of the tokens with one variable in place of those from `from` up to `to`. */
  around(from: number, to: number): number {
    const { high, low, variable } = this.#vocabulary;
    const rest = this.#length - to;
    const ends = this.#end(to);
    const headHigh = (Math.imul(this.#high[from] as number, MULTIPLIER_HIGH) + (high[variable] as number)) | 0;
    const headLow = (Math.imul(this.#low[from] as number, MULTIPLIER_LOW) + (low[variable] as number)) | 0;
    return joinHashes(
      (Math.imul(headHigh, this.#powersHigh[rest] as number) + ends.high) | 0,
      (Math.imul(headLow, this.#powersLow[rest] as number) + ends.low) | 0,
    );
  }

  #end(from: number): { high: number; low: number } {
    const rest = this.#length - from;
    const high =
      (this.#high[this.#length] as number) - Math.imul(this.#high[from] as number, this.#powersHigh[rest] as number);
    const low =
      (this.#low[this.#length] as number) - Math.imul(this.#low[from] as number, this.#powersLow[rest] as number);
    return { high: high | 0, low: low | 0 };
  }
}
