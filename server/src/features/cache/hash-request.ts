import { hash } from 'node:crypto';
import type { Json, JsonObject } from '../../kernel/json.ts';

/**
 * A request's fields as text that is the same for the same JSON value and for nothing else: members in order of their
 * names, every text preceded by its length. Texts are put together, not copied, until they are hashed.
 */
class Fields {
  text = '';
  /** Objects, arrays and members seen; the bytes of the same JSON have as many, unless a name stands twice. */
  members = 0;

  value(value: Json): void {
    if (typeof value === 'string') return this.string(value);
    if (value === null) this.text += 'z';
    else if (typeof value === 'boolean') this.text += value ? 't' : 'f';
    else if (typeof value === 'number') this.text += `n${value};`;
    else if (Array.isArray(value)) this.#array(value);
    else this.object(value, undefined);
  }

  string(text: string): void {
    // Halves of surrogate pairs all become one character in UTF-8: they are told apart by their escapes.
    if (text.isWellFormed()) this.text += `s${text.length}:${text}`;
    else this.text += `u${JSON.stringify(text)};`;
  }

  object(object: JsonObject, except: ReadonlySet<string> | undefined): void {
    this.members++;
    this.text += '{';
    for (const name of Object.keys(object).sort()) {
      const value = object[name];
      if (value === undefined) continue;
      if (except?.has(name) === true) {
        this.members += membersOf(value) + 1;
        continue;
      }
      this.members++;
      this.string(name);
      this.value(value);
    }
    this.text += '}';
  }

  #array(items: readonly Json[]): void {
    this.members++;
    this.text += '[';
    for (const item of items) this.value(item);
    this.text += ']';
  }
}

export interface HashedRequest {
  /** SHA-256 in hex. */
  readonly hash: string;
  /** Objects, arrays and members of the whole JSON, what was left out included. */
  readonly members: number;
}

/** SHA-256 over `parts`, in their order, and the request's fields except some of the outermost. */
export function hashRequest(parts: readonly string[], json: JsonObject, except: ReadonlySet<string>): HashedRequest {
  const fields = new Fields();
  for (const part of parts) fields.string(part);
  fields.object(json, except);
  return { hash: hash('sha256', fields.text, 'hex'), members: fields.members };
}

function membersOf(value: Json): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + membersOf(item), 1);
  if (typeof value !== 'object' || value === null) return 0;
  let members = 1;
  for (const name of Object.keys(value)) members += 1 + membersOf(value[name] as Json);
  return members;
}
