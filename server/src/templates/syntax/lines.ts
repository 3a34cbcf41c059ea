import type { Position } from '../refusal.ts';

/** Tells lines and columns of places in a text that are asked for mostly in order. */
export class Lines {
  readonly #source: string;
  readonly #partial: { readonly partial?: string };
  #line = 1;
  #lineStart = 0;

  constructor(source: string, partial: string | undefined) {
    this.#source = source;
    this.#partial = partial === undefined ? {} : { partial };
  }

  at(place: number): Position {
    if (place < this.#lineStart) [this.#line, this.#lineStart] = [1, 0];
    for (let next = this.#source.indexOf('\n', this.#lineStart); next !== -1 && next < place; ) {
      this.#line += 1;
      this.#lineStart = next + 1;
      next = this.#source.indexOf('\n', this.#lineStart);
    }
    return { line: this.#line, column: place - this.#lineStart + 1, ...this.#partial };
  }
}
