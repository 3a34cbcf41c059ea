import { asNumber, asString, isObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import { errorAt, type Problem, pointerOf } from './problem.ts';

/** Reads the fields of one object of a document under any of their names, and remembers where they stood. */
export class Fields {
  readonly pointer: string;
  readonly problems: Problem[];
  /** JSON pointer by the field's first name. */
  readonly pointers: Record<string, string> = {};
  private readonly object: JsonObject;

  constructor(value: Json | undefined, of: { pointer: string; problems: Problem[] }) {
    this.object = isObject(value) ? value : {};
    this.pointer = of.pointer;
    this.problems = of.problems;
  }

  /** The value under the name, its snake_case spelling, or another name of the same thing; two of them are a problem. */
  get(name: string, ...aliases: readonly string[]): Json | undefined {
    const names = [name, ...aliases].flatMap((one) => [one, snakeCase(one)]);
    const present = [...new Set(names)].filter((one) => this.object[one] !== undefined);
    const [first, second] = present;
    if (first === undefined) return undefined;
    if (second !== undefined)
      this.problems.push(
        errorAt(pointerOf(this.pointer, second), `${second} and ${first} mean the same.`, `Remove ${second}.`),
      );
    this.pointers[name] = pointerOf(this.pointer, first);
    return this.object[first];
  }

  text(name: string, ...aliases: readonly string[]): string | undefined {
    return asString(this.get(name, ...aliases));
  }

  number(name: string, ...aliases: readonly string[]): number | undefined {
    return asNumber(this.get(name, ...aliases));
  }

  record(name: string): JsonObject | undefined {
    const value = this.get(name);
    return isObject(value) ? value : undefined;
  }

  list(name: string): { values: readonly Json[]; pointer: string } {
    const value = this.get(name);
    return { values: Array.isArray(value) ? value : [], pointer: this.place(name) };
  }

  /** Where the field stands, or where it would. */
  place(name: string): string {
    return this.pointers[name] ?? pointerOf(this.pointer, name);
  }

  /** The object under the name, as fields of its own. */
  inner(name: string, ...aliases: readonly string[]): Fields | undefined {
    const value = this.get(name, ...aliases);
    if (!isObject(value)) return undefined;
    return new Fields(value, { pointer: this.place(name), problems: this.problems });
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
