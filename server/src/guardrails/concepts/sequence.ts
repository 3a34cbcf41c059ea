import { type Lexicon, SET_WORDS, setOf } from './lexicon.ts';
import type { Tokens } from './tokenise.ts';

/** A word of a sequence: what it must mean, and what may stand before it. */
interface Step {
  readonly wanted: Int32Array;
  /** Meanings that end the search. */
  readonly unwanted: Int32Array | undefined;
  /** Words that may stand between this step and the one before. */
  readonly gap: number;
  /** Whether a sentence may end in between. */
  readonly mayCross: boolean;
}

/** A compiled `override 3 prior 3 rules`. */
export type Sequence = readonly Step[];

export function compileSequence(pattern: string, lexicon: Lexicon): Sequence {
  const steps: Step[] = [];
  let gap = 0;
  let mayCross = false;
  let unwanted: Int32Array | undefined;
  for (const piece of pattern.split(' ')) {
    const distance = /^(\d+)(\+?)(?:~([\w|]+))?$/.exec(piece);
    if (distance === null) {
      steps.push({ wanted: setOf(lexicon, piece), unwanted, gap, mayCross });
      continue;
    }
    gap = Number(distance[1]);
    mayCross = distance[2] === '+';
    unwanted = distance[3] === undefined ? undefined : setOf(lexicon, distance[3]);
  }
  return steps;
}

/** The last token of the sequence that begins at `first`, -1 when a step finds no word. The nearest word counts, so gaps bound the cost. */
export function followSequence(tokens: Tokens, first: number, sequence: Sequence): number {
  let token = first;
  for (let index = 0; index < sequence.length; index++) {
    const step = sequence[index] as Step;
    if (index === 0 && !hasAny(tokens, first, step.wanted)) return -1;
    if (index > 0) token = findNext(tokens, token, step);
    if (token < 0) return -1;
  }
  return token;
}

function findNext(tokens: Tokens, from: number, { wanted, unwanted, gap, mayCross }: Step): number {
  const last = Math.min(from + gap + 1, tokens.count - 1);
  for (let token = from + 1; token <= last; token++) {
    if (!mayCross && tokens.breaks[token] === 1) return -1;
    if (hasAny(tokens, token, wanted)) return token;
    if (unwanted !== undefined && hasAny(tokens, token, unwanted)) return -1;
  }
  return -1;
}

export function hasAny({ sets }: Tokens, token: number, set: Int32Array): boolean {
  const at = token * SET_WORDS;
  return (
    (((sets[at] ?? 0) & (set[0] ?? 0)) | ((sets[at + 1] ?? 0) & (set[1] ?? 0)) | ((sets[at + 2] ?? 0) & (set[2] ?? 0))) !== 0
  );
}

/** Everything that may begin one of the sequences, so that a word that begins none costs one test. */
export function beginningsOf(sequences: readonly Sequence[]): Int32Array {
  const set = new Int32Array(SET_WORDS);
  for (const [first] of sequences) for (let i = 0; i < SET_WORDS; i++) set[i] = (set[i] ?? 0) | (first?.wanted[i] ?? 0);
  return set;
}
