import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../../kernel/json.ts';
import type { Condition, Scope } from '../flow.ts';
import { kindOf, missingPath, printPath } from './explain-missing.ts';
import { lookUp } from './look-up.ts';
import { mistake } from './mistake.ts';
import type { Path } from './parse-template.ts';

type Operator = Extract<Condition, { kind: 'operator' }>['operator'];

interface Comparison {
  readonly operator: Operator;
  readonly path: Path;
  readonly expected: Json | undefined;
}

/**
 * The seed's operators. equals and notEquals compare whole values, no kind is turned into another (`"5"` is not `5`);
 * contains asks a text for a part, a list for a member, an object for a key; exists is true of anything but null, and with
 * `value: false` of nothing; gt, lt, gte and lte take numbers. What an operator cannot compare is an error that names the path.
 */
export function compare({ operator, path, expected }: Comparison, scope: Scope): boolean {
  const actual = lookUp(path, scope);
  if (operator === 'exists') return (actual !== undefined && actual !== null) === (expected !== false);
  if (actual === undefined) throw missingPath(path, scope);
  switch (operator) {
    case 'equals':
      return isDeepStrictEqual(actual, expected);
    case 'notEquals':
      return !isDeepStrictEqual(actual, expected);
    case 'contains':
      return contains(actual, expected, path);
    default:
      return inOrder({ operator, path, expected }, actual);
  }
}

function contains(actual: Json, expected: Json | undefined, path: Path): boolean {
  if (Array.isArray(actual)) return actual.some((item) => isDeepStrictEqual(item, expected));
  if (typeof expected !== 'string')
    throw mistake(
      printPath(path),
      `is ${kindOf(actual)}, which cannot contain ${kindOf(expected)}`,
      'Compare with a text, or name a list.',
    );
  if (typeof actual === 'string') return actual.includes(expected);
  if (typeof actual === 'object' && actual !== null) return Object.hasOwn(actual, expected);
  throw mistake(
    printPath(path),
    `is ${kindOf(actual)}, which contains nothing`,
    'Use contains with a text, a list or an object.',
  );
}

function inOrder({ operator, path, expected }: Comparison, actual: Json): boolean {
  const fix = `Use ${operator} with numbers, or compare with equals.`;
  if (typeof actual !== 'number') throw mistake(printPath(path), `is ${kindOf(actual)}, not a number`, fix);
  if (typeof expected !== 'number')
    throw mistake(printPath(path), `is compared with ${kindOf(expected)}, not a number`, fix);
  if (operator === 'gt') return actual > expected;
  if (operator === 'gte') return actual >= expected;
  return operator === 'lt' ? actual < expected : actual <= expected;
}
