import type { Json, JsonObject } from '../../kernel/json.ts';
import type { PromptContent } from './content.ts';

export interface DiffLine {
  readonly op: '=' | '+' | '-';
  readonly text: string;
}

export interface ChangedValue {
  /** Names from the outside in, joined by dots. */
  readonly path: string;
  /** Null: it was not there. */
  readonly before: Json;
  readonly after: Json;
}

export interface PromptDiff {
  readonly messages: readonly { readonly role: string; readonly lines: readonly DiffLine[] }[];
  readonly variables: readonly ChangedValue[];
  readonly settings: readonly ChangedValue[];
}

/** What changed from one version to another. Messages are compared place by place. */
export function diffOf(before: PromptContent, after: PromptContent): PromptDiff {
  const places = Math.max(before.messages.length, after.messages.length);
  const messages = Array.from({ length: places }, (_, at) => {
    const [was, is] = [before.messages[at], after.messages[at]];
    const role =
      was?.role === is?.role || was === undefined || is === undefined ? undefined : `${was.role} > ${is.role}`;
    return { role: role ?? is?.role ?? was?.role ?? '', lines: diffLines(was?.content, is?.content) };
  });
  return {
    messages,
    variables: changedValues(before.variables, after.variables),
    settings: changedValues(before.settings, after.settings),
  };
}

/** Cells of the table that compares lines; what is larger is shown as replaced. */
const MOST_CELLS = 1_000_000;

function diffLines(before: string | undefined, after: string | undefined): DiffLine[] {
  const [was, is] = [before?.split('\n') ?? [], after?.split('\n') ?? []];
  let head = 0;
  while (head < was.length && head < is.length && was[head] === is[head]) head++;
  let tail = 0;
  while (tail < was.length - head && tail < is.length - head && was.at(-1 - tail) === is.at(-1 - tail)) tail++;
  const line = (op: DiffLine['op']) => (text: string) => ({ op, text });
  return [
    ...is.slice(0, head).map(line('=')),
    ...between(was.slice(head, was.length - tail), is.slice(head, is.length - tail)),
    ...is.slice(is.length - tail).map(line('=')),
  ];
}

/** By the longest common run of lines. */
function between(was: readonly string[], is: readonly string[]): DiffLine[] {
  const width = is.length + 1;
  const lengths = new Uint32Array((was.length + 1) * width <= MOST_CELLS ? (was.length + 1) * width : 0);
  const length = (i: number, j: number) => lengths[i * width + j] ?? 0;
  if (lengths.length > 0) {
    for (let i = was.length - 1; i >= 0; i--) {
      for (let j = is.length - 1; j >= 0; j--) {
        lengths[i * width + j] =
          was[i] === is[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
      }
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < was.length || j < is.length) {
    if (lengths.length > 0 && i < was.length && j < is.length && was[i] === is[j]) {
      lines.push({ op: '=', text: is[j++] ?? '' });
      i++;
    } else if (i < was.length && (j === is.length || length(i + 1, j) >= length(i, j + 1))) {
      lines.push({ op: '-', text: was[i++] ?? '' });
    } else lines.push({ op: '+', text: is[j++] ?? '' });
  }
  return lines;
}

function changedValues(before: JsonObject, after: JsonObject, prefix = ''): ChangedValue[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [was, is] = [own(before, name), own(after, name)];
    const path = `${prefix}${name}`;
    if (isPlain(was) && isPlain(is)) return changedValues(was, is, `${path}.`);
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ path, before: was, after: is }];
  });
}

function own(object: JsonObject, name: string): Json {
  return Object.hasOwn(object, name) ? (object[name] ?? null) : null;
}

function isPlain(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
