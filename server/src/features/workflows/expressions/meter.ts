import { WeirError } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';

/** Characters of one rendered template in all. */
export const MAX_RENDERED = 4 * 1024 * 1024;
/** Levels of a value; deeper ones cannot be written as JSON without harm. */
const MAX_DEPTH = 200;
/** What a number, a key's quotes or a bracket roughly take. */
const VALUE_SIZE = 8;

/** Counts what a template becomes, so that a small template over a large output stays bounded. */
export class Meter {
  private left = MAX_RENDERED;

  add(characters: number): void {
    this.left -= characters;
    if (this.left < 0)
      throw new WeirError('request.too_large', {
        message: `The rendered template has more than ${MAX_RENDERED} characters. Refer to less of the output, or shorten it in the step that makes it.`,
      });
  }

  /** Counts a value that is put in whole. */
  addValue(value: Json, depth = 0): void {
    if (typeof value === 'string') return this.add(value.length + 2);
    this.add(VALUE_SIZE);
    if (typeof value !== 'object' || value === null) return;
    if (depth >= MAX_DEPTH)
      throw new WeirError('request.invalid', {
        message: `A value of the template is nested deeper than ${MAX_DEPTH} levels. Refer to less of it.`,
      });
    if (Array.isArray(value)) {
      for (const item of value) this.addValue(item, depth + 1);
      return;
    }
    for (const key of Object.keys(value)) {
      this.add(key.length);
      this.addValue(value[key] ?? null, depth + 1);
    }
  }
}
