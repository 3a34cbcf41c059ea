import type { Position } from '../refusal.ts';
import type { Expression, Statement } from './nodes.ts';
import { parseExpression } from './parse-expression.ts';
import { parseTargetName } from './parse-target.ts';
import type { TokenStream } from './token-stream.ts';

export function parseInclude(stream: TokenStream): Statement {
  const { at } = stream.current;
  const partials = parsePartialNames(stream, { canBeSeveral: true });
  const ignoreMissing = stream.isWord('ignore');
  if (ignoreMissing) {
    stream.next();
    stream.expectWord('missing');
  }
  return { kind: 'include', partials, ignoreMissing, withContext: parseContext(stream, true), at };
}

export function parseImport(stream: TokenStream): Statement {
  const { at } = stream.current;
  const partials = parsePartialNames(stream);
  stream.expectWord('as');
  const { name } = parseTargetName(stream);
  return { kind: 'import', partials, as: name, withContext: parseContext(stream, false), at };
}

export function parseFrom(stream: TokenStream): Statement {
  const { at } = stream.current;
  const partials = parsePartialNames(stream);
  stream.expectWord('import');
  const names: { name: string; as: string; at: Position }[] = [];
  do {
    const { name, at: place } = parseTargetName(stream);
    if (name.startsWith('_')) throw stream.refuse('syntax', 'names that begin with "_" cannot be imported', place);
    names.push({ name, as: stream.takeWord('as') ? parseTargetName(stream).name : name, at: place });
  } while (stream.takeOperator(','));
  return { kind: 'from', partials, names, withContext: parseContext(stream, false), at };
}

/** Only names that stand in the template: no value may choose what is included. */
function parsePartialNames(stream: TokenStream, { canBeSeveral = false } = {}): readonly string[] {
  const { at } = stream.current;
  const value = parseExpression(stream);
  const several = canBeSeveral && (value.kind === 'list' || value.kind === 'tuple') ? value.items : [value];
  const names = several.map(literalText).filter((name) => name !== undefined);
  if (names.length === several.length && names.length > 0) return names;
  throw stream.refuse('unsupported', 'the name of a partial has to stand here as a string', at);
}

function literalText(value: Expression): string | undefined {
  return value.kind === 'literal' && typeof value.value === 'string' ? value.value : undefined;
}

function parseContext(stream: TokenStream, byDefault: boolean): boolean {
  if (!stream.isWord('with') && !stream.isWord('without')) return byDefault;
  const isWith = stream.isWord('with');
  stream.next();
  stream.expectWord('context');
  return isWith;
}
