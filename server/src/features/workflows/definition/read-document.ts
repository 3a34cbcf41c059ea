import { type Document, isScalar, LineCounter, parseDocument, visit as visitNodes } from 'yaml';
import { isObject, type Json } from '../../../kernel/json.ts';
import { errorAt, type Problem, pointerOf } from './problem.ts';

const MAX_CHARACTERS = 1024 * 1024;
/** YAML costs far more to read than JSON that arrived as an object. */
const MAX_TEXT = 256 * 1024;
const MAX_VALUES = 100_000;
const MAX_DEPTH = 64;
/** Open at once, counted without regard to quotes; the parser of YAML calls itself for each. */
const MAX_BRACKETS = 500;
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
  if (text.length > MAX_TEXT) return { problems: [tooLong(text.length)] };
  if (bracketsOpen(text) > MAX_BRACKETS) return { problems: [tooDeep('')] };
  const lines = new LineCounter();
  // The parser's own look for keys written twice takes quadratic time.
  const parsed = parseDocument(text, { schema: 'core', lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const [wrong] = [...parsed.errors, ...parsed.warnings];
  const found =
    wrong === undefined ? repeatedKey(parsed) : { at: wrong.pos[0], what: wrong.message, fix: fixOf(wrong.code) };
  if (found !== undefined) {
    const { line, col } = lines.linePos(found.at);
    return { problems: [errorAt('', `line ${line}, column ${col}: ${firstLine(found.what)}`, found.fix)] };
  }
  try {
    return { json: parsed.toJS({ maxAliasCount: MAX_ALIASES }) as Json };
  } catch {
    return {
      problems: [errorAt('', `Aliases stand for more than ${MAX_ALIASES} values.`, 'Write the repeated parts out.')],
    };
  }
}

function repeatedKey(document: Document.Parsed): { at: number; what: string; fix: string } | undefined {
  let found: { at: number; what: string; fix: string } | undefined;
  visitNodes(document, {
    Map(_key, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name !== undefined && keys.has(name) && isScalar(key)) {
          found = {
            at: key.range?.[0] ?? 0,
            what: `the key ${JSON.stringify(name)} stands twice`,
            fix: 'Write it once.',
          };
          return visitNodes.BREAK;
        }
        keys.add(name);
      }
      return undefined;
    },
  });
  return found;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.slice(0, 200) ?? '';
}

function fixOf(code: string): string {
  if (code === 'TAG_RESOLVE_FAILED') return 'Remove the tag: only plain YAML values are read.';
  return 'Correct the YAML (or JSON) there; indent with spaces and quote values that begin with {{.';
}

function tooLarge(): Problem {
  return errorAt(
    '',
    `The document has more than ${MAX_CHARACTERS} characters or ${MAX_VALUES} values.`,
    'Split it into workflows that call each other with steps of type workflow.',
  );
}

function tooLong(length: number): Problem {
  return errorAt(
    '',
    `The text has ${length} characters; ${MAX_TEXT} are allowed.`,
    'Send it as a JSON object, which may be longer, or split it into workflows that call each other.',
  );
}

function tooDeep(pointer: string): Problem {
  return errorAt(
    pointer,
    `The document is nested deeper than ${MAX_DEPTH} levels.`,
    'Move inner steps into a workflow of their own and call it with a step of type workflow.',
  );
}

function bracketsOpen(text: string): number {
  let open = 0;
  let most = 0;
  for (const character of text) {
    if (character === '[' || character === '{') most = Math.max(most, ++open);
    else if ((character === ']' || character === '}') && open > 0) open--;
  }
  return most;
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
  if (depth > MAX_DEPTH) return tooDeep(pointer);
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
