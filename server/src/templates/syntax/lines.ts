import type { Position } from '../refusal.ts';

/** Tells lines and columns of places in a text that are asked for mostly in order. */
export class Lines {
  readonly #source: string;
  readonly #partial: { readonly partial?: string };
  #line = 1;
  #lineStart = 0;
  /** Where this line ends. */
  #lineEnd: number;

  constructor(source: string, partial: string | undefined) {
    this.#source = source;
    this.#partial = partial === undefined ? {} : { partial };
    this.#lineEnd = this.#endFrom(0);
  }

  at(place: number): Position {
    if (place < this.#lineStart) this.#moveTo(1, 0);
    while (this.#lineEnd < place) this.#moveTo(this.#line + 1, this.#lineEnd + 1);
    return { line: this.#line, column: place - this.#lineStart + 1, ...this.#partial };
  }

  #moveTo(line: number, start: number): void {
    this.#line = line;
    this.#lineStart = start;
    this.#lineEnd = this.#endFrom(start);
  }

  #endFrom(start: number): number {
    const end = this.#source.indexOf('\n', start);
    return end === -1 ? this.#source.length : end;
  }
}
