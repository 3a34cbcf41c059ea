import { type Document, isScalar, parseDocument, visit as visitNodes } from 'yaml';
import { isObject, type Json, parseJson } from '../../../kernel/json.ts';
import { errorAt, type Problem, pointerOf } from './problem.ts';

const MAX_CHARACTERS = 1024 * 1024;
/** YAML takes far longer to read than JSON of the same length: this much a tenth of a second, at worst a whole one. */
const MAX_YAML_CHARACTERS = 65_536;
/** The parser's own search for duplicate keys, and its pretty errors, take quadratic time. */
const LINEAR = { schema: 'core', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;
const MAX_VALUES = 100_000;
const MAX_DEPTH = 64;
/** An alias repeats what it names, and aliases of aliases multiply. */
const MAX_ALIASES = 100;

/** A document as JSON: an object as it is, text as YAML (of which JSON is a part), both within limits of size and depth. */
export function readDocument(document: unknown): { json: Json } | { problems: Problem[] } {
  const parsed = typeof document === 'string' ? readText(document) : { json: document as Json };
  if ('problems' in parsed) return parsed;
  const problem = findUnfit(parsed.json);
  return problem === undefined ? parsed : { problems: [problem] };
}

function readText(text: string): { json: Json } | { problems: Problem[] } {
  const json = text.trimStart().startsWith('{') ? parseJson(text) : undefined;
  if (json !== undefined) return { json };
  if (text.length > MAX_YAML_CHARACTERS) return { problems: [tooMuchYaml()] };
  const parsed = parseDocument(text, LINEAR);
  const [wrong] = [...parsed.errors, ...parsed.warnings];
  if (wrong !== undefined) return { problems: [mistakeAt(text, wrong.pos[0], wrong)] };
  const twice = keyTwice(parsed);
  if (twice !== undefined) return { problems: [mistakeAt(text, twice, TWICE)] };
  try {
    return { json: parsed.toJS({ maxAliasCount: MAX_ALIASES }) as Json };
  } catch {
    return {
      problems: [errorAt('', `Aliases stand for more than ${MAX_ALIASES} values.`, 'Write the repeated parts out.')],
    };
  }
}

const TWICE = { code: 'DUPLICATE_KEY', message: 'The key is there twice' };

/** Where a key is that another of the same name stands before; the parser's own search takes quadratic time. */
function keyTwice(parsed: Document): number | undefined {
  let at: number | undefined;
  visitNodes(parsed, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name !== undefined && seen.has(name)) {
          at = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
          return visitNodes.BREAK;
        }
        if (name !== undefined) seen.add(name);
      }
      return undefined;
    },
  });
  return at;
}

function mistakeAt(text: string, at: number, { code, message }: { code: string; message: string }): Problem {
  const before = text.slice(0, at).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return errorAt('', `${place}: ${firstLine(message)}`, fixOf(code));
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.slice(0, 200) ?? '';
}

function fixOf(code: string): string {
  if (code === 'TAG_RESOLVE_FAILED') return 'Remove the tag: only plain YAML values are read.';
  if (code === 'DUPLICATE_KEY') return 'Write each key once.';
  return 'Correct the YAML (or JSON) there; indent with spaces and quote values that begin with {{.';
}

function tooMuchYaml(): Problem {
  return errorAt('', `Text in YAML may have ${MAX_YAML_CHARACTERS} characters.`, 'Write a longer document as JSON.');
}

function tooLarge(): Problem {
  return errorAt(
    '',
    `The document has more than ${MAX_CHARACTERS} characters or ${MAX_VALUES} values.`,
    'Split it into workflows that call each other with steps of type workflow.',
  );
}

interface Tally {
  characters: number;
  values: number;
}

/** The first thing in it that is not JSON within the limits. */
function findUnfit(json: Json): Problem | undefined {
  const tally: Tally = { characters: 0, values: 0 };
  const problem = visit(json, '', { tally, depth: 0 });
  if (problem !== undefined) return problem;
  return tally.characters > MAX_CHARACTERS || tally.values > MAX_VALUES ? tooLarge() : undefined;
}

function visit(value: Json, pointer: string, at: { tally: Tally; depth: number }): Problem | undefined {
  const { tally, depth } = at;
  tally.values++;
  if (typeof value === 'string') tally.characters += value.length;
  if (tally.values > MAX_VALUES) return undefined;
  if (depth > MAX_DEPTH)
    return errorAt(
      pointer,
      `The document is nested deeper than ${MAX_DEPTH} levels.`,
      'Move inner steps to a workflow.',
    );
  if (typeof value === 'number' && !Number.isFinite(value))
    return errorAt(pointer, `${value} is not a number of JSON.`, 'Write a finite number.');
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const problem = visit(item, pointerOf(pointer, index), { tally, depth: depth + 1 });
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (!isObject(value)) return undefined;
  for (const key of Object.keys(value)) {
    if (key === '__proto__') return errorAt(pointerOf(pointer, key), '__proto__ is not a key.', 'Use another name.');
    tally.characters += key.length;
    const problem = visit(value[key] ?? null, pointerOf(pointer, key), { tally, depth: depth + 1 });
    if (problem !== undefined) return problem;
  }
  return undefined;
}
