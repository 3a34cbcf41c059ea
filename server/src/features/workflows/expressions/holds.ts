import type { Json } from '../../../kernel/json.ts';
import type { Condition, Scope } from '../flow.ts';
import { compileCel } from './cel.ts';
import { compare } from './compare.ts';
import { parsePath } from './parse-template.ts';
import { render } from './render.ts';

type Predicate = (scope: Scope) => boolean;

const compiled = new WeakMap<Condition, Predicate>();

/**
 * Whether a condition is true now. Pure. Throws `request.invalid` when it cannot be told: a path that does not exist
 * (but for `exists`), a comparison of what has no order, a CEL expression that fails or is not a boolean.
 * The first CEL expression of a process loads the library, about 0.1 s; the checker does that when a flow is saved.
 */
export function holds(condition: Condition, scope: Scope): boolean {
  let predicate = compiled.get(condition);
  if (predicate === undefined) {
    predicate = condition.kind === 'cel' ? compileCel(condition.expression).holds : operatorCondition(condition);
    compiled.set(condition, predicate);
  }
  return predicate(scope);
}

function operatorCondition(condition: Extract<Condition, { kind: 'operator' }>): Predicate {
  const path = parsePath(condition.path);
  const { operator, value } = condition;
  return (scope) => {
    const expected: Json | undefined = value === undefined ? undefined : render(value, scope);
    return compare({ operator, path, expected }, scope);
  };
}
