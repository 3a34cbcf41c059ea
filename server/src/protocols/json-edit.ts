import { invalidRequest } from '../kernel/errors.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import { scanMembers } from './json-members.ts';

/**
 * Surgical edits of the top-level fields of a JSON body: every byte that no edit touches stays as the client wrote it
 * (whitespace, number spelling, escapes, unknown fields). What is a member is decided by scanning the bytes, never by
 * searching for a name, so a nested or quoted occurrence cannot be taken for the field.
 */

export interface JsonEdits {
  /** New values of top-level fields; a field that is not there is appended. `undefined` values are ignored. */
  readonly set?: JsonObject;
  /** Top-level fields to take out; names that are not there are ignored. */
  readonly remove?: readonly string[];
}

/**
 * Where the members of one parsed body are: four offsets each (key start, key end, value start, value end; quotes
 * belong to the key). Kept per body because decode and forward both need it.
 */
interface Layout {
  readonly names: readonly string[];
  readonly offsets: readonly number[];
}
let lastBody: Buffer | undefined;
let lastLayout: Layout | undefined;

/** Throws `request.invalid` naming the first top-level key that occurs twice, however it is spelt (`"mod\u0065l"`). */
export function assertUniqueKeys(body: Buffer, json: JsonObject): void {
  layoutOf(body, json);
}

/** Bytes that the value of a top-level field takes; 0 when the field is absent. */
export function valueBytes(body: Buffer, json: JsonObject, name: string): number {
  if (json[name] === undefined) return 0;
  const { names, offsets } = layoutOf(body, json);
  const at = names.indexOf(name) * 4;
  return at < 0 ? 0 : (offsets[at + 3] ?? 0) - (offsets[at + 2] ?? 0);
}

/** The edited body; the same Buffer when nothing had to change. `json` must be what `body` parses to. */
export function editJson(body: Buffer, json: JsonObject, edits: JsonEdits): Buffer {
  const removed = edits.remove?.filter((name) => Object.hasOwn(json, name)) ?? [];
  const replaced: JsonObject = Object.create(null);
  let replaces = false;
  let appended = '';
  for (const name in edits.set) {
    const value = edits.set[name];
    if (value === undefined) continue;
    const present = Object.hasOwn(json, name) && !removed.includes(name);
    if (!present) appended += `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
    else if (!sameJson(json[name], value)) {
      replaced[name] = value;
      replaces = true;
    }
  }
  if (removed.length === 0 && !replaces && appended === '') return body;
  return rewrite(body, layoutOf(body, json), { removed, replaced, appended });
}

interface Changes {
  readonly removed: readonly string[];
  /** New values by name. */
  readonly replaced: JsonObject;
  /** Member texts, each with its leading comma; '' for none. */
  readonly appended: string;
}

function rewrite(body: Buffer, { names, offsets }: Layout, { removed, replaced, appended }: Changes): Buffer {
  const lastKept = names.findLastIndex((name) => !removed.includes(name));
  const edited = new EditedBody(body);
  for (let index = 0; index <= lastKept; index++) {
    const name = names[index] ?? '';
    const at = index * 4;
    // A removed member goes with the comma and space behind it, which the kept member after it does not need.
    if (removed.includes(name)) edited.cut(offsets[at] ?? 0, offsets[at + 4] ?? 0);
    else if (Object.hasOwn(replaced, name)) {
      edited.cut(offsets[at + 2] ?? 0, offsets[at + 3] ?? 0, JSON.stringify(replaced[name]));
    }
  }
  const end = offsets.at(-1) ?? body.indexOf(OPEN_BRACE) + 1;
  if (lastKept < 0) edited.cut(offsets[0] ?? end, end, appended.slice(1));
  else edited.cut(offsets[lastKept * 4 + 3] ?? end, end, appended);
  return edited.bytes();
}

/** Copies of the stretches between the cuts, with new texts in the cuts. */
class EditedBody {
  readonly #body: Buffer;
  readonly #pieces: Uint8Array[] = [];
  #copied = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  cut(from: number, to: number, text = ''): void {
    this.#pieces.push(this.#body.subarray(this.#copied, from));
    if (text !== '') this.#pieces.push(Buffer.from(text));
    this.#copied = to;
  }

  bytes(): Buffer {
    this.#pieces.push(this.#body.subarray(this.#copied));
    return Buffer.concat(this.#pieces);
  }
}

const OPEN_BRACE = 0x7b;

function layoutOf(body: Buffer, json: JsonObject): Layout {
  if (lastBody === body && lastLayout !== undefined) return lastLayout;
  const offsets = scanMembers(body);
  const keys = Object.keys(json);
  // JSON.parse keeps one of several equal keys, so equal counts prove that every key is unique; and it keeps the order
  // of appearance, except that integer-like keys come first.
  if (offsets.length !== keys.length * 4) throw duplicateKey(body, offsets);
  const names = keys.some(startsWithDigit) ? namesIn(body, offsets) : keys;
  const layout = { names, offsets };
  lastBody = body;
  lastLayout = layout;
  return layout;
}

function duplicateKey(body: Buffer, offsets: readonly number[]): Error {
  const names = namesIn(body, offsets);
  const name = names.find((candidate, index) => names.indexOf(candidate) !== index) ?? '';
  return invalidRequest(name, 'the key occurs more than once; what is meant is not clear');
}

function namesIn(body: Buffer, offsets: readonly number[]): string[] {
  const names: string[] = [];
  for (let at = 0; at < offsets.length; at += 4) {
    names.push(JSON.parse(body.toString('utf8', offsets[at], offsets[at + 1])) as string);
  }
  return names;
}

function startsWithDigit(key: string): boolean {
  const code = key.charCodeAt(0);
  return code >= 0x30 && code <= 0x39;
}

function sameJson(left: Json | undefined, right: Json): boolean {
  if (left === right) return true;
  return typeof right === 'object' && typeof left === 'object' && JSON.stringify(left) === JSON.stringify(right);
}
