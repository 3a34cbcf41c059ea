import { badValue, unsupported } from '../refusal.ts';
import { compareText } from '../values/code-points.ts';
import { expectInteger } from '../values/expect.ts';
import { MAX_WIDTH } from '../values/format-number.ts';
import { missing } from '../values/print.ts';
import { printFloat } from '../values/print-float.ts';
import type { Run } from '../values/run.ts';
import { typeName } from '../values/type-name.ts';
import { Dict, Escaped, Float, List, Missing, Tuple, type Value } from '../values/value.ts';
import { type Filter, filter } from './filter.ts';

const MAX_DEPTH = 100;

interface Writing {
  readonly run: Run;
  /** Spaces per level; undefined: all on one line. */
  readonly indent: number | undefined;
  readonly depth: number;
}

/** Jinja2's `tojson`: keys sorted, ASCII only, and safe within HTML. */
export const TO_JSON: Filter = filter('indent', 0, (run, value, [indent]) => {
  const spaces = indent === undefined || indent === null ? undefined : expectInteger(indent, 'the indent');
  if (spaces !== undefined && (spaces < 0 || spaces > MAX_WIDTH)) throw unsupported('this indent is not supported');
  const json = write({ run, indent: spaces, depth: 0 }, value);
  const safe = json.replaceAll(/[<>&']/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
  run.reserve(safe.length);
  return new Escaped(safe);
});

function write(writing: Writing, value: Value): string {
  writing.run.spend(1);
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return quote(writing.run, value);
  if (value instanceof Escaped) return quote(writing.run, value.text);
  if (value instanceof Float) return jsonFloat(value.value);
  if (value instanceof Missing) throw missing(value);
  if (writing.depth === MAX_DEPTH)
    throw unsupported(`values nested more than ${MAX_DEPTH} levels deep are not supported`);
  const inner = { ...writing, depth: writing.depth + 1 };
  if (value instanceof List || value instanceof Tuple) {
    return enclose(inner, { brackets: '[]', items: value.items.map((item) => write(inner, item)) });
  }
  if (!(value instanceof Dict)) throw badValue(`${typeName(value)} is not JSON`);
  return enclose(inner, { brackets: '{}', items: members(inner, value) });
}

function members(writing: Writing, { entries }: Dict): string[] {
  const named: { key: string; value: Value }[] = [];
  for (const { key, value } of entries.values()) {
    if (typeof key !== 'string') throw unsupported('"tojson" of a dict with other keys than texts is not supported');
    named.push({ key, value });
  }
  writing.run.spend(named.length * Math.log2(named.length + 1));
  named.sort((a, b) => compareText(a.key, b.key));
  return named.map(({ key, value }) => `${quote(writing.run, key)}: ${write(writing, value)}`);
}

function enclose(
  { run, indent, depth }: Writing,
  { brackets, items }: { brackets: string; items: readonly string[] },
): string {
  const [open = '', close = ''] = brackets;
  if (items.length === 0) return brackets;
  if (indent === undefined) return open + items.join(', ') + close;
  run.reserve((items.length + 1) * indent * depth);
  const line = `\n${' '.repeat(indent * depth)}`;
  return `${open}${line}${items.join(`,${line}`)}\n${' '.repeat(indent * (depth - 1))}${close}`;
}

function jsonFloat(value: number): string {
  if (Number.isFinite(value)) return printFloat(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

function quote(run: Run, text: string): string {
  run.reserve(text.length * 2);
  return JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
