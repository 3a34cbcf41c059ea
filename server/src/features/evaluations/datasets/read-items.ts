import { invalidRequest } from '../../../kernel/errors.ts';
import { asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../../kernel/json.ts';
import type { ItemContent } from '../item.ts';

export interface NewItem {
  /** Undefined: its content gives it a name. */
  readonly id: string | undefined;
  readonly content: ItemContent;
}

/** A line or row as a case: `id`, `input` or `vars` or `messages`, `expected` (or `ideal`, `output`), `cluster`. */
export function readItem(given: JsonObject, at: string): NewItem {
  const { id, input, vars, messages, cluster } = given;
  const expected = given.expected ?? given.ideal ?? given.output ?? null;
  if (id !== undefined && (typeof id !== 'string' || !ID.test(id))) {
    throw invalidRequest(`${at}.id`, 'takes 1 to 128 letters, digits and . _ : / -');
  }
  const values = { ...asObject(vars), ...(typeof input === 'string' ? { input } : {}) };
  const conversation = Array.isArray(messages) ? messages : Array.isArray(input) ? input : undefined;
  if (conversation === undefined && Object.keys(values).length === 0) {
    throw invalidRequest(at, 'needs vars, input or messages');
  }
  if (conversation !== undefined && !conversation.every(isMessage)) {
    throw invalidRequest(`${at}.messages`, 'every message needs a role and content');
  }
  const content: ItemContent = {
    vars: values,
    ...(conversation === undefined ? {} : { messages: conversation.filter(isObject) }),
    expected,
    ...(typeof cluster === 'string' ? { cluster } : {}),
  };
  return { id: asString(id), content };
}

/** One JSON object per line; empty lines count for nothing. */
export function readJsonLines(text: string): NewItem[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    const json = parseJson(line);
    if (!isObject(json)) throw invalidRequest('text', `line ${at + 1} is no JSON object`);
    return [readItem(json, `line ${at + 1}`)];
  });
}

/** Rows under a heading: `id`, `expected` (or promptfoo's `__expected`) and `cluster` have their meaning, the rest are variables. */
export function readRows(rows: readonly (readonly string[])[]): NewItem[] {
  const [heading, ...body] = rows;
  if (heading === undefined) throw invalidRequest('text', 'has no heading');
  return body.map((cells, at) => {
    const row = Object.fromEntries(heading.map((name, column) => [name.trim(), cells[column] ?? '']));
    const { id, expected, __expected, cluster, ...vars } = row;
    const given: JsonObject = { vars, expected: expected ?? __expected ?? null };
    if (id !== undefined && id !== '') given.id = id;
    if (cluster !== undefined && cluster !== '') given.cluster = cluster;
    return readItem(given, `row ${at + 2}`);
  });
}

const ID = /^[\w.:/-]{1,128}$/;

function isMessage(value: Json): boolean {
  const message = asObject(value);
  return typeof message?.role === 'string' && message.content !== undefined;
}
