import type { JsonObject } from '../../../kernel/json.ts';

/**
 * Collects the fields the neutral model has no word for, under the path a client would recognise (`context_management`,
 * `tools.defer_loading`, `messages.document.title`), so that no loss on another wire goes unreported.
 */
export class Leftovers {
  /** Without a prototype: the names come from clients. */
  readonly fields: JsonObject = Object.create(null);

  /** Keeps every field of `object` that is not in `known`; null says nothing and is skipped. */
  takeUnknown(prefix: string, object: JsonObject, known: ReadonlySet<string>): void {
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (!known.has(key) && value !== undefined && value !== null) this.fields[prefix + key] = value;
    }
  }
}
