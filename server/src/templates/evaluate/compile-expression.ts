import { findFilter } from '../filters/filters.ts';
import { badValue, type Position, Refusal, unsupported } from '../refusal.ts';
import type { Arguments, CallNode, Expression, FilterNode, Literal, TestNode } from '../syntax/nodes.ts';
import { callTest, findTest } from '../tests/tests.ts';
import { calculate, negate, plus } from '../values/arithmetic.ts';
import { compareValues, isEqual } from '../values/compare.ts';
import { contains, isTrue, itemOf, makeDict } from '../values/containers.ts';
import { missing, print } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import { slice } from '../values/slice.ts';
import { typeName } from '../values/type-name.ts';
import {
  type CallArguments,
  Callable,
  Float,
  List,
  Missing,
  NO_ARGUMENTS,
  Tuple,
  type Value,
} from '../values/value.ts';
import { attributeOf } from './attribute.ts';
import type { Scope } from './scope.ts';

/** An expression, ready to be computed. */
export type Evaluate = (scope: Scope) => Value;

type Node<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

/** Turns the tree of an expression into a function; names of filters and tests are looked up once, here. */
export function compileExpression(node: Expression): Evaluate {
  const compiled = compileAny(node);
  if (node.kind !== 'name' && node.kind !== 'attribute') return compiled;
  const { at } = node;
  return (scope) => portable(scope.run, compiled(scope), at);
}

/** Macros and methods are called where they are found; nothing else can be done with them. */
function portable(run: Run, value: Value, at: Position): Value {
  if (typeof value !== 'object' || !(value instanceof Callable) || value.isPortable) return value;
  run.at = at;
  throw unsupported(`${value.title} can only be called; write "()" behind it`);
}

function compileAny(node: Expression): Evaluate {
  switch (node.kind) {
    case 'literal':
      return compileLiteral(node.value);
    case 'name':
      return compileName(node);
    case 'list':
    case 'tuple':
      return compileItems(node);
    case 'dict':
      return compileDict(node);
    case 'attribute':
      return compileAttribute(node);
    case 'item':
      return compileItem(node);
    case 'slice':
      return compileSlice(node);
    case 'call':
      return compileCall(node);
    case 'filter':
      return compileFilter(node, compileExpression(node.value as Expression));
    case 'test':
      return compileTest(node);
    case 'not':
      return compileNot(node);
    case 'negative':
    case 'positive':
      return compileSign(node);
    case 'arithmetic':
      return compileArithmetic(node);
    case 'and':
    case 'or':
      return compileLogic(node);
    case 'concat':
      return compileConcat(node);
    case 'compare':
      return compileComparison(node);
    case 'condition':
      return compileCondition(node);
  }
}

function compileLiteral(literal: Literal): Evaluate {
  const value = literalValue(literal);
  return () => value;
}

function literalValue(literal: Literal): Value {
  if (literal === null || typeof literal !== 'object') return literal;
  return 'integer' in literal ? literal.integer : new Float(literal.float);
}

function compileName({ name, at }: Node<'name'>): Evaluate {
  return (scope) => {
    scope.run.at = at;
    return scope.get(name);
  };
}

function compileItems({ kind, items, at }: Node<'list' | 'tuple'>): Evaluate {
  const compiled = items.map(compileExpression);
  return (scope) => {
    const values = compiled.map((evaluate) => evaluate(scope));
    scope.run.at = at;
    scope.run.reserveItems(values.length);
    return kind === 'list' ? new List(values) : new Tuple(values);
  };
}

function compileDict({ entries, at }: Node<'dict'>): Evaluate {
  const compiled = entries.map(({ key, value }) => [compileExpression(key), compileExpression(value)] as const);
  return (scope) => {
    const pairs = compiled.map(([key, value]) => [key(scope), value(scope)] as const);
    scope.run.at = at;
    return makeDict(scope.run, pairs);
  };
}

function compileAttribute({ value, name, at }: Node<'attribute'>): Evaluate {
  const compiled = compileAny(value);
  return (scope) => {
    const owner = compiled(scope);
    scope.run.at = at;
    return attributeOf(scope.run, owner, name);
  };
}

function compileItem({ value, key, at }: Node<'item'>): Evaluate {
  const [owner, index] = [compileExpression(value), compileExpression(key)];
  return (scope) => {
    const [from, by] = [owner(scope), index(scope)];
    scope.run.at = at;
    scope.run.spend(1);
    return itemOf(scope.run, from, by);
  };
}

function compileSlice(node: Node<'slice'>): Evaluate {
  const value = compileExpression(node.value);
  const [start, stop, step] = [node.start, node.stop, node.step].map((bound) =>
    bound === undefined ? () => null : compileExpression(bound),
  ) as [Evaluate, Evaluate, Evaluate];
  return (scope) => {
    const from = value(scope);
    const bounds = { start: start(scope), stop: stop(scope), step: step(scope) };
    scope.run.at = node.at;
    return slice(scope.run, from, bounds);
  };
}

const NO_NAMES: CallArguments['named'] = new Map();

/** The arguments of a call, ready to be computed. */
function compileArguments({ positional, named }: Arguments): (scope: Scope) => CallArguments {
  if (positional.length === 0 && named.length === 0) return () => NO_ARGUMENTS;
  const values = positional.map(compileExpression);
  const namedValues = named.map(({ name, value }) => [name, compileExpression(value)] as const);
  const steps = values.length + namedValues.length;
  return (scope) => {
    scope.run.spend(steps);
    return {
      positional: values.map((evaluate) => evaluate(scope)),
      named:
        namedValues.length === 0 ? NO_NAMES : new Map(namedValues.map(([name, evaluate]) => [name, evaluate(scope)])),
    };
  };
}

/** A call; `extra` adds arguments that are not written in it. */
export function compileCall(node: CallNode, extra?: (scope: Scope, args: CallArguments) => CallArguments): Evaluate {
  const callee = compileAny(node.callee);
  const args = compileArguments(node.args);
  return (scope) => {
    const called = callee(scope);
    const written = args(scope);
    const given = extra === undefined ? written : extra(scope, written);
    scope.run.at = node.at;
    scope.run.spend(1);
    if (called instanceof Missing) throw missing(called);
    if (!(called instanceof Callable)) throw badValue(`${typeName(called)} cannot be called`);
    return called.call(scope.run, given);
  };
}

/** A filter on what `value` gives. */
export function compileFilter(node: FilterNode, value: Evaluate): Evaluate {
  const filter = located(node.at, () => findFilter(node.name));
  const args = compileArguments(node.args);
  return (scope) => {
    const filtered = value(scope);
    const given = args(scope);
    scope.run.at = node.at;
    scope.run.spend(1);
    return filter(scope.run, filtered, given);
  };
}

function compileTest({ name, value, args, at }: TestNode): Evaluate {
  located(at, () => findTest(name));
  // Whether a macro is there may be asked, without calling it.
  const isAsked = name === 'defined' || name === 'undefined' || name === 'callable' || name === 'none';
  const tested = isAsked ? compileAny(value) : compileExpression(value);
  const compiledArgs = compileArguments(args);
  return (scope) => {
    const subject = tested(scope);
    const given = compiledArgs(scope);
    scope.run.at = at;
    return callTest(scope.run, name, { value: subject, args: given });
  };
}

function compileNot({ value, at }: Node<'not' | 'negative' | 'positive'>): Evaluate {
  const test = compileTruth(value, at);
  return (scope) => !test(scope);
}

function compileSign({ kind, value, at }: Node<'not' | 'negative' | 'positive'>): Evaluate {
  const compiled = compileExpression(value);
  const sign = kind === 'negative' ? negate : plus;
  return (scope) => {
    const operand = compiled(scope);
    scope.run.at = at;
    return sign(scope.run, operand);
  };
}

function compileArithmetic({ operator, left, right, at }: Node<'arithmetic'>): Evaluate {
  const [a, b] = [compileExpression(left), compileExpression(right)];
  return (scope) => {
    const operands = [a(scope), b(scope)] as const;
    scope.run.at = at;
    return calculate(scope.run, operator, operands);
  };
}

function compileLogic({ kind, left, right, at }: Node<'and' | 'or'>): Evaluate {
  const [a, b] = [compileExpression(left), compileExpression(right)];
  return (scope) => {
    const first = a(scope);
    scope.run.at = at;
    scope.run.spend(1);
    return isTrue(first) === (kind === 'or') ? first : b(scope);
  };
}

function compileConcat({ parts, at }: Node<'concat'>): Evaluate {
  const compiled = parts.map(compileExpression);
  return (scope) => {
    const values = compiled.map((evaluate) => evaluate(scope));
    scope.run.at = at;
    scope.run.spend(values.length);
    let text = '';
    for (const value of values) text += print(scope.run, value);
    scope.run.reserve(text.length);
    return text;
  };
}

function compileComparison({ first, rest }: Node<'compare'>): Evaluate {
  const start = compileExpression(first);
  const steps = rest.map(({ operator, value, at }) => ({ operator, at, evaluate: compileExpression(value) }));
  return (scope) => {
    let left = start(scope);
    for (const { operator, at, evaluate } of steps) {
      const right = evaluate(scope);
      scope.run.at = at;
      scope.run.spend(1);
      if (!holds(scope.run, operator, [left, right])) return false;
      left = right;
    }
    return true;
  };
}

function holds(run: Run, operator: string, [left, right]: readonly [Value, Value]): boolean {
  if (operator === '==') return isEqual(run, left, right);
  if (operator === '!=') return !isEqual(run, left, right);
  if (operator === 'in') return contains(run, right, left);
  if (operator === 'not in') return !contains(run, right, left);
  const order = compareValues(run, left, right);
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

function compileCondition({ test, then, otherwise, at }: Node<'condition'>): Evaluate {
  const condition = compileTruth(test, at);
  const whenTrue = compileExpression(then);
  const nothing = new Missing(() => 'the condition is false and there is no "else" to take', { isLenient: true });
  const whenFalse = otherwise === undefined ? () => nothing : compileExpression(otherwise);
  return (scope) => (condition(scope) ? whenTrue(scope) : whenFalse(scope));
}

/** Whether an expression is true, as `if` asks. */
export function compileTruth(node: Expression, at: Position = node.at): (scope: Scope) => boolean {
  // A macro is true, and "if caller" asks whether there is one.
  const compiled = compileAny(node);
  return (scope) => {
    const value = compiled(scope);
    scope.run.at = at;
    scope.run.spend(1);
    return value instanceof Callable || isTrue(value);
  };
}

/** Adds the position to a mistake that is found while a template is compiled. */
export function located<T>(at: Position, find: () => T): T {
  try {
    return find();
  } catch (thrown) {
    if (thrown instanceof Refusal) thrown.at ??= at;
    throw thrown;
  }
}
