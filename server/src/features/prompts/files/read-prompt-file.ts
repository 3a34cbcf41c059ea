import { parse } from 'yaml';
import { asObject, asString, isObject, type JsonObject } from '../../../kernel/json.ts';
import { nearest } from '../../../kernel/nearest.ts';
import type { PromptMessage, PromptRole } from '../content.ts';
import { type PromptFile, ROLE_LIKE, ROLE_LINE } from './prompt-file.ts';

const FIELDS = ['name', 'kind', 'description', 'variables', 'model_config'];
const FRONT = /^---\n([\s\S]*?\n)?---\n/;

/** Reads the file of a prompt. Throws an Error that says what is wrong with it. */
export function readPromptFile(text: string): PromptFile {
  // Some systems write line ends of their own; templates know only one.
  const plain = text.startsWith('---\r\n') ? text.replaceAll('\r\n', '\n') : text;
  const front = FRONT.exec(plain);
  if (front === null) throw new Error('it does not begin with front matter between two lines of ---');
  const fields = readFields(front[1] ?? '');
  const body = plain.slice(front[0].length);
  const kind = fields.kind ?? (ROLE_LINE.test(body.split('\n', 1)[0] ?? '') ? 'chat' : 'text');
  if (kind !== 'chat' && kind !== 'text') throw new Error('kind: expected chat or text');
  const name = asString(fields.name);
  if (name === undefined) throw new Error('name: is missing');
  return {
    ...{ name, kind, description: asString(fields.description) ?? '' },
    ...{ variables: asObject(fields.variables), settings: asObject(fields.model_config) ?? {} },
    messages: kind === 'text' ? [{ role: 'user', content: withoutLineEnd(body) }] : readMessages(body),
  };
}

function readFields(yaml: string): JsonObject {
  const fields: unknown = parse(yaml, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' }) ?? {};
  if (!isObject(fields)) throw new Error('the front matter is no list of names and values');
  const unknown = Object.keys(fields).find((field) => !FIELDS.includes(field));
  if (unknown === undefined) return fields;
  const near = nearest(unknown, FIELDS);
  throw new Error(`${unknown}: unknown field${near === undefined ? '' : `; did you mean ${near}?`}`);
}

function readMessages(body: string): PromptMessage[] {
  const messages: PromptMessage[] = [];
  let said: string[] | undefined;
  const lines = body.split('\n');
  const close = (role: PromptRole | undefined) => {
    if (role !== undefined) messages.push({ role, content: (said ?? []).join('\n').replace(ROLE_LIKE, unmarked) });
  };
  let role: PromptRole | undefined;
  // Behind the last line end there is nothing.
  for (const line of lines.at(-1) === '' ? lines.slice(0, -1) : lines) {
    const begins = ROLE_LINE.exec(line)?.[1] as PromptRole | undefined;
    if (begins === undefined && said === undefined && line.trim() !== '') {
      throw new Error('a chat prompt begins with a line like <!-- role: system -->');
    }
    if (begins === undefined) said?.push(line);
    else {
      close(role);
      [role, said] = [begins, []];
    }
  }
  close(role);
  if (messages.length === 0) throw new Error('a chat prompt needs a message: <!-- role: user --> and its text');
  return messages;
}

function unmarked(line: string, backslashes: string, rest: string): string {
  return backslashes === '' ? line : `<!-- ${backslashes.slice(1)}${rest}`;
}

function withoutLineEnd(body: string): string {
  return body.endsWith('\n') ? body.slice(0, -1) : body;
}
