import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../kernel/json.ts';
import { type CompiledSchema, compileSchema } from './compile-schema.ts';

/** Compiled schemas by their text, the least used forgotten first. */
export class SchemaShelf {
  readonly #compiled = new LRUCache<string, CompiledSchema>({ max: 256, maxSize: 4_194_304, sizeCalculation: sizeOf });

  /** Throws what is wrong with the schema. */
  get(text: string): CompiledSchema {
    let compiled = this.#compiled.get(text);
    if (compiled === undefined) {
      compiled = compileSchema(JSON.parse(text) as JsonObject);
      this.#compiled.set(text, compiled);
    }
    return compiled;
  }
}

function sizeOf(_compiled: CompiledSchema, text: string): number {
  return text.length + 1;
}
