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

/** Beginnings that are followed in one text: several times what 64 KB of prose have. Texts made of short words end here. */
const MAX_FOLLOWED = 50_000;

/** A compiled `override 3 prior 3 rules`. */
type Sequence = readonly Step[];

function compileSequence(pattern: string, lexicon: Lexicon): Sequence {
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

/** Whether the entry of a lexicon means one of the set. */
export function meansAny({ sets }: Lexicon, entry: number, set: Int32Array): boolean {
  if (entry < 0) return false;
  const at = entry * SET_WORDS;
  return (
    (((sets[at] as number) & (set[0] as number)) |
      ((sets[at + 1] as number) & (set[1] as number)) |
      ((sets[at + 2] as number) & (set[2] as number))) !==
    0
  );
}

/** Sequences of one lexicon, found by the words they begin with. */
export class SequenceSet {
  private readonly lexicon: Lexicon;
  private readonly sequences: readonly Sequence[];
  /** Per entry of the lexicon, the sequences that its word begins; undefined when there is none. */
  private readonly beginningWith: readonly (readonly number[] | undefined)[];

  constructor(patterns: readonly string[], lexicon: Lexicon) {
    this.lexicon = lexicon;
    this.sequences = patterns.map((pattern) => compileSequence(pattern, lexicon));
    this.beginningWith = Array.from({ length: lexicon.sets.length / SET_WORDS }, (_, entry) => {
      const begun = this.sequences.flatMap(([first], index) =>
        first && meansAny(lexicon, entry, first.wanted) ? [index] : [],
      );
      return begun.length === 0 ? undefined : begun;
    });
  }

  /** Tells every match with its first and last token, until `tell` gives false. */
  each(tokens: Tokens, tell: (sequence: number, first: number, last: number) => boolean): void {
    let followed = 0;
    for (let token = 0; token < tokens.count && followed < MAX_FOLLOWED; token++) {
      const entry = tokens.entries[token] as number;
      const begun = entry < 0 ? undefined : this.beginningWith[entry];
      if (begun === undefined) continue;
      followed += begun.length;
      for (const index of begun) {
        const last = this.follow(tokens, token, this.sequences[index] as Sequence);
        if (last >= 0 && !tell(index, token, last)) return;
      }
    }
  }

  /** The last token of the sequence, -1 when a step finds no word. The nearest word counts, so the gaps bound the cost. */
  private follow(tokens: Tokens, first: number, sequence: Sequence): number {
    let token = first;
    for (let index = 1; index < sequence.length && token >= 0; index++) {
      token = this.findNext(tokens, token, sequence[index] as Step);
    }
    return token;
  }

  private findNext(tokens: Tokens, from: number, { wanted, unwanted, gap, mayCross }: Step): number {
    const last = Math.min(from + gap + 1, tokens.count - 1);
    for (let token = from + 1; token <= last; token++) {
      if (!mayCross && tokens.breaks[token] === 1) return -1;
      const entry = tokens.entries[token] as number;
      if (entry < 0) continue;
      if (meansAny(this.lexicon, entry, wanted)) return token;
      if (unwanted !== undefined && meansAny(this.lexicon, entry, unwanted)) return -1;
    }
    return -1;
  }
}
