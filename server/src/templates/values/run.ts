import { type Position, Refusal } from '../refusal.ts';

/** What one rendering may use. */
export interface TemplateLimits {
  /** Steps: an operation, a turn of a loop, 64 characters that are looked at. */
  readonly fuel: number;
  /** Characters (UTF-16 units) of the result. */
  readonly outputCharacters: number;
  /** Characters of all texts made on the way; an item of a list counts as 16. */
  readonly memoryCharacters: number;
  /** Macros, includes and recursive loops within each other. */
  readonly depth: number;
}

export const ITEM_CHARACTERS = 16;
const CHARACTERS_PER_STEP = 64;

/** One rendering: its budgets, what it has written, and where it is. */
export class Run {
  readonly #limits: TemplateLimits;
  #fuel: number;
  #memory: number;
  #depth = 0;
  /** What was written so far, of the innermost capture. */
  #text = '';
  /** The operation that is being done. */
  at: Position | undefined;

  constructor(limits: TemplateLimits) {
    this.#limits = limits;
    this.#fuel = limits.fuel;
    this.#memory = limits.memoryCharacters;
  }

  get text(): string {
    return this.#text;
  }

  /** Pays for steps before they are made. */
  spend(steps: number): void {
    this.#fuel -= steps;
    if (!(this.#fuel >= 0)) throw overLimit(`needs more than ${this.#limits.fuel} steps; make loops shorter`);
  }

  /** Pays for looking at a text. */
  read(characters: number): void {
    this.spend(1 + characters / CHARACTERS_PER_STEP);
  }

  /** Pays for a text or for items before they are made. */
  reserve(characters: number): void {
    this.#memory -= characters;
    if (!(this.#memory >= 0)) {
      throw overLimit(`makes more than ${this.#limits.memoryCharacters} characters of text on the way`);
    }
    this.spend(characters / CHARACTERS_PER_STEP);
  }

  /** Pays for a list of so many items. */
  reserveItems(count: number): void {
    this.spend(count);
    this.reserve(count * ITEM_CHARACTERS);
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length > this.#limits.outputCharacters) {
      throw overLimit(`writes more than ${this.#limits.outputCharacters} characters`);
    }
  }

  /** What is written while `body` runs, instead of writing it. */
  capture(body: () => void): string {
    const outside = this.#text;
    this.#text = '';
    body();
    const inside = this.#text;
    this.#text = outside;
    this.reserve(inside.length);
    return inside;
  }

  /** Runs something one level deeper. */
  deeper<T>(body: () => T): T {
    this.#depth += 1;
    if (this.#depth > this.#limits.depth) throw overLimit(`calls itself more than ${this.#limits.depth} levels deep`);
    const result = body();
    this.#depth -= 1;
    return result;
  }
}

function overLimit(what: string): Refusal {
  return new Refusal('limit', `the template ${what}`);
}
