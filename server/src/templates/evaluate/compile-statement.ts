import { badValue, Refusal } from '../refusal.ts';
import type {
  Body,
  CallBlockNode,
  FilterNode,
  ForNode,
  MacroNode,
  Parameter,
  PartialUse,
  Statement,
  Target,
} from '../syntax/nodes.ts';
import { itemsOf, whileHeld } from '../values/containers.ts';
import { print } from '../values/print.ts';
import { typeName } from '../values/type-name.ts';
import { Escaped, Missing, Namespace, type Value } from '../values/value.ts';
import { compileCall, compileExpression, compileFilter, compileTruth, type Evaluate } from './compile-expression.ts';
import { Loop } from './loop.ts';
import { Macro, type MacroCode } from './macro.ts';
import { namesReadIn } from './names-read.ts';
import { PartialModule } from './partial-module.ts';
import { Scope, Variables } from './scope.ts';

/** A statement, ready to be rendered. */
export type Emit = (scope: Scope) => void;

/** Finds the compiled body of a partial. */
export type FindPartial = (name: string) => Emit | undefined;

type Node<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

export function compileBody(body: Body, find: FindPartial): Emit {
  const emits = body.map((statement) => compileStatement(statement, find));
  const [only] = emits;
  if (emits.length === 1 && only !== undefined) return only;
  const steps = emits.length / STATEMENTS_PER_STEP;
  return (scope) => {
    scope.run.spend(steps);
    for (const emit of emits) emit(scope);
  };
}

/** A text or an assignment is less than a step. */
const STATEMENTS_PER_STEP = 2;

function compileStatement(node: Statement, find: FindPartial): Emit {
  switch (node.kind) {
    case 'text':
      return (scope) => scope.run.write(node.text);
    case 'output':
      return compileOutput(node);
    case 'if':
      return compileIf(node, find);
    case 'for':
      return compileFor(node, find);
    case 'set':
      return compileSet(node);
    case 'set-block':
      return compileSetBlock(node, find);
    case 'with':
      return compileWith(node, find);
    case 'macro':
      return compileMacro(node, find);
    case 'call-block':
      return compileCallBlock(node, find);
    case 'filter-block':
      return compileFilterBlock(node, find);
    case 'include':
      return compileInclude(node, find);
    case 'import':
    case 'from':
      return compileImport(node, find);
  }
}

function compileOutput({ value, at }: Node<'output'>): Emit {
  const evaluate = compileExpression(value);
  return (scope) => {
    const result = evaluate(scope);
    scope.run.at = at;
    scope.run.spend(1);
    scope.run.write(print(scope.run, result));
  };
}

function compileIf({ branches, otherwise }: Node<'if'>, find: FindPartial): Emit {
  const compiled = branches.map(({ test, body }) => ({ test: compileTruth(test), emit: compileBody(body, find) }));
  const last = otherwise === undefined ? undefined : compileBody(otherwise, find);
  return (scope) => {
    for (const { test, emit } of compiled) if (test(scope)) return emit(scope);
    last?.(scope);
  };
}

type Assign = (scope: Scope, value: Value) => void;

function compileTarget(target: Target): Assign {
  if (target.kind === 'name') return (scope, value) => scope.set(target.name, value);
  if (target.kind === 'namespace') {
    return (scope, value) => {
      const owner = scope.get(target.name);
      scope.run.at = target.at;
      if (!(owner instanceof Namespace))
        throw badValue(`only a namespace has attributes that can be set, not ${typeName(owner)}`);
      scope.run.reserveItems(1);
      owner.attributes.set(target.attribute, value);
    };
  }
  const assigns = target.items.map(compileTarget);
  return (scope, value) => {
    scope.run.at = target.at;
    const items = itemsOf(scope.run, value);
    if (items.length !== assigns.length)
      throw badValue(`${assigns.length} names take as many items, not ${items.length}`);
    for (const [at, assign] of assigns.entries()) assign(scope, items[at] as Value);
  };
}

function compileSet({ target, value }: Node<'set'>): Emit {
  const assign = compileTarget(target);
  const evaluate = compileExpression(value);
  return (scope) => assign(scope, evaluate(scope));
}

/** The text of a body, through the filters behind it. */
function compileCaptured(body: Body, filter: FilterNode | undefined, find: FindPartial): Evaluate {
  const emit = compileBody(body, find);
  const captured: Evaluate = (scope) => {
    const inner = scope.inner();
    return scope.run.capture(() => emit(inner));
  };
  return filter === undefined ? captured : compileFilterChain(filter, captured);
}

function compileFilterChain(filter: FilterNode, first: Evaluate): Evaluate {
  const { value } = filter;
  return compileFilter(filter, value === undefined ? first : compileFilterChain(value as FilterNode, first));
}

function compileSetBlock({ target, filter, body }: Node<'set-block'>, find: FindPartial): Emit {
  const assign = compileTarget(target);
  const captured = compileCaptured(body, filter, find);
  return (scope) => assign(scope, captured(scope));
}

function compileFilterBlock({ filter, body, at }: Node<'filter-block'>, find: FindPartial): Emit {
  const captured = compileCaptured(body, filter, find);
  return (scope) => {
    const value = captured(scope);
    scope.run.at = at;
    if (typeof value !== 'string' && !(value instanceof Escaped))
      throw badValue(`a filter block writes a text, not ${typeName(value)}`);
    scope.run.write(print(scope.run, value));
  };
}

function compileWith({ assignments, body }: Node<'with'>, find: FindPartial): Emit {
  const compiled = assignments.map(({ target, value }) => ({
    assign: compileTarget(target),
    evaluate: compileExpression(value),
  }));
  const emit = compileBody(body, find);
  return (scope) => {
    const inner = scope.inner();
    const values = compiled.map(({ evaluate }) => evaluate(scope));
    for (const [at, { assign }] of compiled.entries()) assign(inner, values[at] as Value);
    emit(inner);
  };
}

interface LoopCode {
  readonly assign: Assign;
  readonly test: ((scope: Scope) => boolean) | undefined;
  readonly body: Emit;
  readonly otherwise: Emit;
  readonly isRecursive: boolean;
  readonly node: ForNode;
}

function compileFor(node: ForNode, find: FindPartial): Emit {
  const over = compileExpression(node.over);
  const code: LoopCode = {
    assign: compileTarget(node.target),
    test: node.test === undefined ? undefined : compileTruth(node.test),
    body: compileBody(node.body, find),
    otherwise: compileBody(node.otherwise, find),
    isRecursive: node.isRecursive,
    node,
  };
  return (scope) => renderLoop(code, scope, { items: over(scope), depth: 0 });
}

function renderLoop(code: LoopCode, scope: Scope, of: { items: Value; depth: number }): void {
  const { run } = scope;
  run.at = code.node.at;
  const all = itemsOf(run, of.items);
  whileHeld(of.items, () => {
    const items = code.test === undefined ? all : all.filter((item) => passes(code, scope, item));
    if (items.length === 0) return code.otherwise(scope.inner());
    const recurse = (more: Value, depth: number): string =>
      run.deeper(() => run.capture(() => renderLoop(code, scope, { items: more, depth })));
    const loop = new Loop(items, of.depth, code.isRecursive ? recurse : undefined);
    for (const item of items) {
      run.spend(2);
      const inner = scope.inner();
      loop.advance();
      inner.set('loop', loop);
      code.assign(inner, item);
      code.body(inner);
    }
  });
}

function passes({ assign, test }: LoopCode, scope: Scope, item: Value): boolean {
  const inner = scope.inner();
  assign(inner, item);
  return test?.(inner) ?? true;
}

function compileMacro(node: MacroNode, find: FindPartial): Emit {
  const code = macroCode({ title: `the macro "${node.name}"`, node, find });
  return (scope) => scope.set(node.name, new Macro(code, scope));
}

function macroCode(of: {
  title: string;
  node: { parameters: readonly Parameter[]; body: Body };
  find: FindPartial;
}): MacroCode {
  const { parameters, body } = of.node;
  const read = namesReadIn(body);
  return {
    title: of.title,
    parameters: parameters.map(({ name, fallback }) => ({
      name,
      fallback: fallback === undefined ? undefined : compileExpression(fallback),
    })),
    body: compileBody(body, of.find),
    reads: { varargs: read.has('varargs'), kwargs: read.has('kwargs'), caller: read.has('caller') },
  };
}

function compileCallBlock(node: CallBlockNode, find: FindPartial): Emit {
  const code = macroCode({ title: '"caller"', node, find });
  const call = compileCall(node.call, (scope, { positional, named }) => ({
    positional,
    named: new Map([...named, ['caller', new Macro(code, scope)]]),
  }));
  return (scope) => {
    const value = call(scope);
    scope.run.at = node.at;
    scope.run.write(print(scope.run, value));
  };
}

function findOne({ partials }: PartialUse, find: FindPartial): Emit | undefined {
  for (const name of partials) {
    const found = find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function compileInclude(node: Node<'include'>, find: FindPartial): Emit {
  const emit = findOne(node, find);
  if (emit === undefined) {
    if (node.ignoreMissing) return () => undefined;
    throw notGiven(node);
  }
  return (scope) => {
    const inner = scopeOfPartial(scope, node.withContext);
    scope.run.at = node.at;
    scope.run.spend(1);
    scope.run.deeper(() => emit(inner));
  };
}

function scopeOfPartial(scope: Scope, withContext: boolean): Scope {
  return withContext ? scope.inner() : new Scope(scope.run, new Variables(scope.run, {}));
}

function notGiven({ partials, at }: PartialUse): Refusal {
  const names = partials.map((name) => JSON.stringify(name)).join(', ');
  return new Refusal('syntax', `there is no partial ${names}`, { at });
}

function compileImport(node: Node<'import' | 'from'>, find: FindPartial): Emit {
  const emit = findOne(node, find);
  if (emit === undefined) throw notGiven(node);
  return (scope) => {
    const module = moduleOf(scope, { node, emit });
    if (node.kind === 'import') scope.set(node.as, new PartialModule(module));
    else for (const { name, as } of node.names) scope.set(as, exported(module, name));
  };
}

/** Renders a partial for what it sets, and throws away what it writes. */
function moduleOf(scope: Scope, { node, emit }: { node: PartialUse; emit: Emit }): ReadonlyMap<string, Value> {
  const inner = scopeOfPartial(scope, node.withContext);
  scope.run.at = node.at;
  scope.run.spend(1);
  scope.run.deeper(() => scope.run.capture(() => emit(inner)));
  return inner.own();
}

function exported(module: ReadonlyMap<string, Value>, name: string): Value {
  const value = module.get(name);
  return value === undefined ? new Missing(() => `the partial sets no "${name}"`) : value;
}
