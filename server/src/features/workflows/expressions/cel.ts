import { createRequire } from 'node:module';
import type { CelEnv } from '@bufbuild/cel';
import type { Scope } from '../flow.ts';
import { celInput } from './cel-input.ts';
import { type CelReference, referencesOf } from './cel-references.ts';
import { childrenOf, type Expr } from './cel-tree.ts';
import { missingPath } from './explain-missing.ts';
import { lookUp } from './look-up.ts';
import { mistake } from './mistake.ts';

type Library = typeof import('@bufbuild/cel');

const MAX_EXPRESSION = 1000;
/** Brackets within brackets; the parser calls itself for each. */
const MAX_NESTING = 32;
/** What one evaluation may do: a turn of a loop, a character that is searched or copied. About a second at worst. */
const FUEL = 16_000_000;
const TURN = 1000;

const require = createRequire(import.meta.url);
let loaded: { readonly library: Library; readonly env: CelEnv } | undefined;
/** Evaluation is synchronous, so one is enough. */
let fuel = 0;
const programs = new Map<string, CelProgram>();
const MAX_PROGRAMS = 512;

/** A parsed expression: its names, and whether it is true in a scope. */
export interface CelProgram {
  readonly references: readonly CelReference[];
  holds(scope: Scope): boolean;
}

/** Throws `request.invalid` with the place of a syntax error. Costs up to 20 ms for a long expression, once. */
export function compileCel(expression: string): CelProgram {
  const known = programs.get(expression);
  if (known !== undefined) return known;
  const program = compile(expression);
  if (programs.size >= MAX_PROGRAMS) programs.clear();
  programs.set(expression, program);
  return program;
}

function compile(expression: string): CelProgram {
  const { library, env } = load();
  const expr = parse(library, expression);
  const references = referencesOf(expr);
  const boundedExpr = boundLoops(expr);
  const evaluate = library.plan(env, boundedExpr);
  return {
    references,
    holds(scope) {
      const input = celInput(references, scope);
      fuel = FUEL;
      const result = evaluate(input as NonNullable<Parameters<typeof evaluate>[0]>);
      if (fuel < 0)
        throw mistake(expression, 'takes too long', 'Look at fewer items, or compute the value in a step before.');
      if (library.isCelError(result)) throw explain(expression, { references, scope, message: result.message });
      if (typeof result === 'boolean') return result;
      throw mistake(expression, `is ${kindOfCel(result)}, not true or false`, 'Compare it with something, e.g. "> 0".');
    },
  };
}

function parse(library: Library, expression: string): Expr {
  if (expression.length > MAX_EXPRESSION)
    throw mistake(expression, `has more than ${MAX_EXPRESSION} characters`, 'Split it over several steps.');
  if (nestingOf(expression) > MAX_NESTING)
    throw mistake(expression, `is nested deeper than ${MAX_NESTING} brackets`, 'Split it over several steps.');
  if (expression.includes('{{'))
    throw mistake(expression, 'has braces', 'A condition is CEL: write paths without {{ and }}.');
  try {
    return library.parse(expression).expr;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^<input>:\d+:/, 'at character ') : '';
    throw mistake(
      expression,
      `is not a CEL expression: ${reason.slice(0, 200)}`,
      'Write it as in steps.fetch.output.stars > 100 && input.lang == "en".',
    );
  }
}

function nestingOf(expression: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of expression) {
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

interface Failure {
  readonly references: readonly CelReference[];
  readonly scope: Scope;
  readonly message: string;
}

/** A name that does not exist says more than the library's "field not found". */
function explain(expression: string, { references, scope, message }: Failure): Error {
  const missing = references.find(({ path, isTested }) => !isTested && lookUp(path, scope) === undefined);
  if (missing !== undefined) return missingPath(missing.path, scope);
  const fix = message.includes('overload')
    ? 'Compare like with like: int(x), double(x) and string(x) convert.'
    : 'Test with has(a.b) before you use a.b.';
  return mistake(expression, `failed: ${message.slice(0, 200)}`, fix);
}

function kindOfCel(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint' || typeof value === 'number') return 'a number';
  return typeof value === 'string' ? 'a text' : 'a value';
}

function load(): { readonly library: Library; readonly env: CelEnv } {
  if (loaded !== undefined) return loaded;
  const library = require('@bufbuild/cel') as Library;
  loaded = { library, env: environment(library) };
  return loaded;
}

function environment({ celEnv, celFunc, celMethod, CelScalar }: Library): CelEnv {
  const { BOOL, STRING } = CelScalar;
  return celEnv({
    funcs: [
      celFunc('@turn', [BOOL], BOOL, (goOn) => spend(TURN) && goOn),
      celFunc('_+_', [STRING, STRING], STRING, (left, right) =>
        spend(left.length + right.length) ? left + right : '',
      ),
      celMethod('contains', STRING, [STRING], BOOL, function (part) {
        return spend(this.length) && this.includes(part);
      }),
    ],
    re2: { compile: linearPattern },
  });
}

function linearPattern(pattern: string): { test(text: string): boolean } {
  const { RE2JS } = require('re2js') as typeof import('re2js');
  const compiled = RE2JS.compile(pattern);
  return { test: (text) => spend(text.length) && compiled.matcher(text).find() };
}

function spend(amount: number): boolean {
  fuel -= amount;
  return fuel >= 0;
}

/** Every loop (all, exists, map, filter) asks for fuel before each turn and ends without it. */
function boundLoops(expr: Expr): Expr {
  const { exprKind } = expr;
  if (exprKind.case === 'comprehensionExpr' && exprKind.value.loopCondition !== undefined) {
    const turn = { function: '@turn', args: [exprKind.value.loopCondition] };
    const value = { $typeName: 'cel.expr.Expr.Call', ...turn };
    exprKind.value.loopCondition = { ...expr, exprKind: { case: 'callExpr', value } } as Expr;
  }
  for (const child of childrenOf(expr)) boundLoops(child);
  return expr;
}
