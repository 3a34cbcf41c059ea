import { Pattern } from './pattern.ts';

/**
 * Patterns by signature, the most recently used of them: at least half of `most`, at most `most`. Two generations
 * instead of a list in order of use: a use costs one lookup, and none for who holds a young pattern already. What a
 * forgotten pattern counted goes to `onForgotten`.
 */
export class PatternTable {
  readonly #half: number;
  readonly #onForgotten: (pattern: Pattern) => void;
  #young = new Map<number, Pattern>();
  #old = new Map<number, Pattern>();
  #generation = 1;

  constructor(most: number, onForgotten: (pattern: Pattern) => void) {
    this.#half = Math.max(1, Math.floor(most / 2));
    this.#onForgotten = onForgotten;
  }

  of(signature: number): Pattern {
    return this.#young.get(signature) ?? this.#rejuvenate(signature);
  }

  /** The pattern is what `of` would give; if not, it has to be asked for. */
  isYoung(pattern: Pattern): boolean {
    return pattern.generation === this.#generation;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Those with counts to report. */
  *counted(): Iterable<Pattern> {
    for (const generation of [this.#young, this.#old]) {
      for (const pattern of generation.values()) if (pattern.seen > 0) yield pattern;
    }
  }

  #rejuvenate(signature: number): Pattern {
    const known = this.#old.get(signature);
    if (known !== undefined) this.#old.delete(signature);
    const pattern = known ?? new Pattern(signature);
    if (this.#young.size >= this.#half) {
      for (const forgotten of this.#old.values()) if (forgotten.seen > 0) this.#onForgotten(forgotten);
      this.#old = this.#young;
      this.#young = new Map();
      this.#generation++;
    }
    pattern.generation = this.#generation;
    this.#young.set(signature, pattern);
    return pattern;
  }
}
