import { isObject, type Json } from '../../kernel/json.ts';
import type { ToolDefinition } from './fingerprint.ts';

/** One place of a definition that is not as it was; a side that is absent is null. */
export interface Difference {
  /** JSON Pointer. */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

const MAX_DIFFERENCES = 50;
const MAX_TEXT = 2000;

/** What changed, for a person: bounded, and characters that hide or imitate are written as their code points. */
export function describeChange(before: ToolDefinition | undefined, after: ToolDefinition): Difference[] {
  const found: Difference[] = [];
  compare(before === undefined ? undefined : { ...before }, { ...after }, { path: '', found });
  return found;
}

function compare(before: Json | undefined, after: Json | undefined, at: { path: string; found: Difference[] }): void {
  if (at.found.length >= MAX_DIFFERENCES) return;
  const sides = [before, after];
  if (sides.every(isObject) || sides.every(Array.isArray)) {
    const [old, now] = sides as [Record<string, Json>, Record<string, Json>];
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)].sort())) {
      compare(own(old, key), own(now, key), { ...at, path: `${at.path}/${segment(key)}` });
    }
    return;
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  at.found.push({ path: at.path, before: shown(before, before), after: shown(after, before) });
}

function own(object: Record<string, Json>, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function segment(key: string): string {
  return visible(key.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 200), new Set());
}

/** Letters beyond ASCII that were there before are plain; new ones could imitate those. */
function shown(value: Json | undefined, before: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  const known = new Set(textOf(before).replace(INVISIBLE, ''));
  const text = visible(textOf(value).slice(0, MAX_TEXT * 2), known);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

const INVISIBLE = /[\p{C}\p{Z}\p{M}]/gu;

function visible(text: string, known: ReadonlySet<string>): string {
  return [...text]
    .map((character) => (isPlain(character) || known.has(character) ? character : codePoint(character)))
    .join('');
}

function isPlain(character: string): boolean {
  return (character >= ' ' && character <= '~') || character === '\n' || character === '\t';
}

function codePoint(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
