import { RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';
import { compileRustRegex } from './rust-regex.ts';
import { VRL_FUNCTIONS, VrlFailure } from './vrl-functions.ts';
import {
  ANY,
  ARRAY,
  BOOLEAN,
  BYTES,
  FLOAT,
  INTEGER,
  isWithin,
  kindOf,
  NULL,
  NUMBER,
  OBJECT,
  REGEX,
  TypeState,
  type VrlValue,
} from './vrl-kinds.ts';
import { parseVrl, type VrlNode, type VrlTarget } from './vrl-parser.ts';

type Fields = { [key: string]: VrlValue };
interface Context {
  readonly event: Fields;
  readonly variables: Map<string, VrlValue>;
  readonly random: () => number;
}
interface Compiled {
  readonly kind: number;
  /** It can fail while it runs, and the program does not handle that. */
  readonly fallible: boolean;
  /** The value, where it is known without an event. */
  readonly constant?: VrlValue;
  run(context: Context): VrlValue;
}

/** How a program ended: with its value, by `abort`, or by an error that it did not handle. */
export type VrlOutcome = { readonly value: VrlValue } | 'aborted' | 'failed';
export type VrlProgram = (event: Fields, random: () => number) => VrlOutcome;

class Aborted extends Error {}

/** Compiles a remap's program. Refuses what VRL's compiler refuses: unknown names, unhandled errors, wrong kinds. */
export function compileVrl(source: string): VrlProgram {
  return toProgram(compileBlock(bodyOf(parseVrl(source)), new TypeState()));
}

/** Compiles a condition, which must be boolean whatever the event, and must leave the event alone. */
export function compileVrlCondition(source: string): (event: Fields, random: () => number) => boolean {
  const node = parseVrl(source);
  if (writesEvent(node)) throw refused('E315', 'a condition may not change the event');
  const compiled = compileBlock(bodyOf(node), new TypeState());
  if (compiled.kind !== BOOLEAN) throw refused('E102', 'a condition must be boolean');
  const program = toProgram(compiled);
  return (event, random) => {
    const outcome = program(event, random);
    return typeof outcome === 'object' && outcome.value === true;
  };
}

function toProgram(compiled: Compiled): VrlProgram {
  return (event, random) => {
    try {
      return { value: compiled.run({ event, variables: new Map(), random }) };
    } catch (error) {
      if (error instanceof Aborted) return 'aborted';
      if (error instanceof VrlFailure) return 'failed';
      throw error;
    }
  };
}

function bodyOf(node: VrlNode): readonly VrlNode[] {
  return node.type === 'block' ? node.body : [node];
}

/** Statements in order; each must handle its errors, at the root or anywhere else. */
function compileBlock(body: readonly VrlNode[], state: TypeState): Compiled {
  const steps = body.map((node) => {
    const compiled = compile(node, state);
    if (compiled.fallible) throw refused('E100', `an error of ${describe(node)} is not handled`);
    return compiled;
  });
  return {
    kind: steps.at(-1)?.kind ?? NULL,
    fallible: false,
    run: (context) => steps.reduce<VrlValue>((_, step) => step.run(context), null),
  };
}

function compile(node: VrlNode, state: TypeState): Compiled {
  switch (node.type) {
    case 'literal':
      return { kind: kindOf(node.value), fallible: false, constant: node.value, run: () => node.value };
    case 'regex': {
      const regex = compileRustRegex(node.pattern);
      return { kind: REGEX, fallible: false, run: () => regex };
    }
    case 'path':
      return { kind: state.kindOfPath(node.path), fallible: false, run: ({ event }) => copied(read(event, node.path)) };
    case 'variable': {
      const kind = state.variables.get(node.name);
      if (kind === undefined) throw refused('E701', `the variable ${node.name} is not defined`);
      const inner = node.path.length === 0 ? kind : ANY;
      return {
        kind: inner,
        fallible: false,
        run: ({ variables }) => readVariable(variables.get(node.name), node.path),
      };
    }
    case 'array':
      return compileArray(node.items, state);
    case 'object':
      return compileObject(node.entries, state);
    case 'not':
      return compileNot(node.of, state);
    case 'minus':
      return compileMinus(node.of, state);
    case 'operation':
      return compileOperation(node, state);
    case 'call':
      return compileCall(node, state);
    case 'assign':
      return compileAssignment(node, state);
    case 'block':
      return compileBlock(node.body, state);
    case 'if':
      return compileIf(node, state);
    case 'abort':
      return {
        kind: 0,
        fallible: false,
        run: () => {
          throw new Aborted();
        },
      };
  }
}

function compileArray(items: readonly VrlNode[], state: TypeState): Compiled {
  const parts = items.map((item) => compile(item, state));
  const fallible = parts.some((part) => part.fallible);
  return { kind: ARRAY, fallible, run: (context) => parts.map((part) => part.run(context)) };
}

function compileObject(entries: readonly (readonly [string, VrlNode])[], state: TypeState): Compiled {
  const parts = entries.map(([key, value]) => [key, compile(value, state)] as const);
  const fallible = parts.some(([, part]) => part.fallible);
  return {
    kind: OBJECT,
    fallible,
    run: (context) => Object.fromEntries(parts.map(([key, part]) => [key, part.run(context)])),
  };
}

function compileNot(node: VrlNode, state: TypeState): Compiled {
  const of = compile(node, state);
  if (of.kind !== BOOLEAN) throw refused('E660', `! needs a boolean, not ${describe(node)}`);
  return { kind: BOOLEAN, fallible: of.fallible, run: (context) => !of.run(context) };
}

function compileMinus(node: VrlNode, state: TypeState): Compiled {
  const of = compile(node, state);
  if (typeof of.constant !== 'number' && typeof of.constant !== 'bigint') {
    throw new UnsupportedConstruct('Vector', 'a minus before anything but a number');
  }
  const constant = -of.constant;
  return { ...of, constant, run: () => constant };
}

function compileIf(node: Extract<VrlNode, { type: 'if' }>, state: TypeState): Compiled {
  const test = compile(node.test, state);
  if (test.fallible) throw refused('E111', `the predicate ${describe(node.test)} can fail`);
  if (test.kind !== BOOLEAN) throw refused('E102', `the predicate ${describe(node.test)} is not boolean`);
  const whenTrue = state.copy();
  const whenFalse = state.copy();
  const then = compile(node.then, whenTrue);
  const otherwise = node.else === undefined ? undefined : compile(node.else, whenFalse);
  state.become(whenTrue, whenFalse);
  return {
    kind: then.kind | (otherwise?.kind ?? NULL),
    fallible: false,
    run: (context) => (test.run(context) === true ? then.run(context) : (otherwise?.run(context) ?? null)),
  };
}

function compileOperation(node: Extract<VrlNode, { type: 'operation' }>, state: TypeState): Compiled {
  const left = compile(node.left, state);
  const right = compile(node.right, state);
  switch (node.sign) {
    case '??':
      if (!left.fallible) throw refused('E651', `${describe(node.left)} cannot fail, so ?? is not needed`);
      return {
        kind: left.kind | right.kind,
        fallible: right.fallible,
        run: (context) => firstThatWorks(left, right, context),
      };
    case '||':
      return compileOr(left, right);
    case '&&':
      return compileAnd(left, right);
    case '==':
    case '!=': {
      const wanted = node.sign === '==';
      const run = (context: Context) => isEqual(left.run(context), right.run(context)) === wanted;
      return { kind: BOOLEAN, fallible: left.fallible || right.fallible, run };
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileComparison(node.sign, left, right);
    default:
      return compileArithmetic(node.sign, left, right);
  }
}

function firstThatWorks(left: Compiled, right: Compiled, context: Context): VrlValue {
  try {
    return left.run(context);
  } catch (error) {
    if (error instanceof VrlFailure) return right.run(context);
    throw error;
  }
}

function compileOr(left: Compiled, right: Compiled): Compiled {
  const canBeFalse = (left.kind & (NULL | BOOLEAN)) !== 0;
  return {
    kind: canBeFalse ? (left.kind & ~NULL) | right.kind : left.kind,
    fallible: left.fallible || (canBeFalse && right.fallible),
    run: (context) => {
      const value = left.run(context);
      return value === null || value === false ? right.run(context) : value;
    },
  };
}

function compileAnd(left: Compiled, right: Compiled): Compiled {
  const sure = NULL | BOOLEAN;
  return {
    kind: BOOLEAN,
    fallible: left.fallible || right.fallible || !isWithin(left.kind, sure) || !isWithin(right.kind, sure),
    run: (context) => {
      const value = left.run(context);
      if (value === null || value === false) return false;
      const other = right.run(context);
      if (typeof value !== 'boolean') throw new VrlFailure('unable to perform logical AND');
      if (other !== null && typeof other !== 'boolean') throw new VrlFailure('unable to perform logical AND');
      return other === true;
    },
  };
}

function compileComparison(sign: string, left: Compiled, right: Compiled): Compiled {
  const texts = left.kind === BYTES && right.kind === BYTES;
  const sure = texts || (isWithin(left.kind, NUMBER) && isWithin(right.kind, NUMBER));
  return {
    kind: BOOLEAN,
    fallible: left.fallible || right.fallible || !sure,
    run: (context) => {
      const order = compare(left.run(context), right.run(context));
      if (sign === '<') return order < 0;
      if (sign === '<=') return order <= 0;
      return sign === '>' ? order > 0 : order >= 0;
    },
  };
}

function compare(left: VrlValue, right: VrlValue): number {
  if (typeof left === 'string' && typeof right === 'string')
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  if (!isWithin(kindOf(left) | kindOf(right), NUMBER)) throw new VrlFailure('unable to compare');
  return Number(left) - Number(right);
}

function isEqual(left: VrlValue, right: VrlValue): boolean {
  if (isWithin(kindOf(left) | kindOf(right), NUMBER)) return Number(left) === Number(right);
  if (typeof left === 'object' && left !== null)
    throw new UnsupportedConstruct('Vector', 'comparing objects or arrays');
  return left === right;
}

function compileArithmetic(sign: string, left: Compiled, right: Compiled): Compiled {
  const fails = left.fallible || right.fallible;
  const run = (context: Context) => calculate(sign, left.run(context), right.run(context));
  if (sign === '/') {
    const divisor = right.constant;
    const sure =
      isWithin(left.kind, NUMBER) &&
      divisor !== undefined &&
      isWithin(kindOf(divisor), NUMBER) &&
      Number(divisor) !== 0;
    return { kind: FLOAT, fallible: fails || !(sure && (left.kind === FLOAT || left.kind === INTEGER)), run };
  }
  if (sign === '+' && (left.kind === BYTES || right.kind === BYTES)) {
    return { kind: BYTES, fallible: fails || !isWithin(left.kind | right.kind, BYTES | NULL), run };
  }
  if (left.kind === INTEGER && right.kind === INTEGER) return { kind: INTEGER, fallible: fails, run };
  if (left.kind === FLOAT || right.kind === FLOAT) {
    return { kind: FLOAT, fallible: fails || !isWithin(left.kind | right.kind, NUMBER), run };
  }
  return { kind: BYTES | NUMBER, fallible: true, run };
}

function calculate(sign: string, left: VrlValue, right: VrlValue): VrlValue {
  if (sign === '+' && typeof (left ?? '') === 'string' && typeof (right ?? '') === 'string') {
    return `${left ?? ''}${right ?? ''}`;
  }
  if (!isWithin(kindOf(left) | kindOf(right), NUMBER)) throw new VrlFailure(`unable to calculate with ${sign}`);
  if (sign === '/') {
    if (Number(right) === 0) throw new VrlFailure('unable to divide by zero');
    return Number(left) / Number(right);
  }
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (sign === '+') return left + right;
    return sign === '-' ? left - right : left * right;
  }
  if (sign === '+') return Number(left) + Number(right);
  return sign === '-' ? Number(left) - Number(right) : Number(left) * Number(right);
}

function compileCall(node: Extract<VrlNode, { type: 'call' }>, state: TypeState): Compiled {
  if (node.name === 'exists' || node.name === 'del') return compilePathFunction(node, state);
  const definition = VRL_FUNCTIONS[node.name];
  if (definition === undefined) throw new UnsupportedConstruct('Vector', `the VRL function ${node.name}`);
  const { parameters } = definition;
  const args: (Compiled | undefined)[] = parameters.map(() => undefined);
  let fallible = false;
  let next = 0;
  for (const { keyword, value } of node.args) {
    const index = keyword === undefined ? next++ : parameters.findIndex(([name]) => name === keyword);
    const wanted = parameters[index]?.[1];
    if (wanted === undefined)
      throw refused(keyword === undefined ? 'E106' : 'E108', `${node.name} has no such argument`);
    const argument = compile(value, state);
    if (argument.fallible) throw refused('E630', `an argument of ${node.name} can fail: ${describe(value)}`);
    if ((argument.kind & wanted) === 0) throw refused('E110', `${node.name} cannot take ${describe(value)}`);
    if (!isWithin(argument.kind, wanted)) fallible = true;
    args[index] = argument;
  }
  if (args.slice(0, definition.required).includes(undefined)) throw refused('E107', `${node.name} misses an argument`);
  const result = definition.type(args.map((argument) => argument?.kind ?? ANY));
  return {
    kind: result.kind,
    fallible: !node.aborts && (fallible || result.fallible),
    run: (context) => {
      const values = args.map((argument) => argument?.run(context));
      values.forEach((value, index) => {
        const wanted = parameters[index]?.[1] ?? ANY;
        if (value !== undefined && !isWithin(kindOf(value), wanted))
          throw new VrlFailure(`wrong kind for ${node.name}`);
      });
      return definition.run(values, context.random);
    },
  };
}

function compilePathFunction(node: Extract<VrlNode, { type: 'call' }>, state: TypeState): Compiled {
  const argument = node.args[0]?.value;
  if (argument?.type !== 'path' || node.args.length !== 1) {
    throw new UnsupportedConstruct('Vector', `${node.name} of anything but one event path`);
  }
  const { path } = argument;
  if (node.name === 'exists') {
    return { kind: BOOLEAN, fallible: false, run: ({ event }) => read(event, path) !== undefined };
  }
  const kind = state.kindOfPath(path);
  state.setPath(path, NULL);
  return { kind, fallible: false, run: ({ event }) => remove(event, path) };
}

function compileAssignment(node: Extract<VrlNode, { type: 'assign' }>, state: TypeState): Compiled {
  const value = compile(node.value, state);
  const [target, error] = node.targets as [VrlTarget, VrlTarget?];
  if (error === undefined && value.fallible) {
    throw refused('E103', `an error of ${describe(node.value)} is not handled in an assignment`);
  }
  if (error !== undefined && !value.fallible) throw refused('E104', `${describe(node.value)} cannot fail`);
  if (value.kind === REGEX && target !== 'nothing' && target.type === 'path') {
    throw refused('E300', 'an event cannot hold a regular expression');
  }
  const setTarget = compileTarget(target, value.fallible ? value.kind | NULL : value.kind, state);
  const setError = error === undefined ? undefined : compileTarget(error, BYTES | NULL, state);
  return {
    kind: value.kind,
    fallible: false,
    run: (context) => {
      try {
        const result = value.run(context);
        setTarget(context, result);
        setError?.(context, null);
        return result;
      } catch (failure) {
        if (!(failure instanceof VrlFailure) || setError === undefined) throw failure;
        setTarget(context, defaultOf(value.kind));
        setError(context, failure.message);
        return null;
      }
    },
  };
}

/** What an assignment that caught an error leaves in its first target: the empty value of the kind, else null. */
function defaultOf(kind: number): VrlValue {
  if (kind === BYTES) return '';
  if (kind === INTEGER) return 0n;
  if (kind === FLOAT) return 0;
  return kind === BOOLEAN ? false : null;
}

function compileTarget(target: VrlTarget, kind: number, state: TypeState): (context: Context, value: VrlValue) => void {
  if (target === 'nothing') return () => undefined;
  if (target.type === 'variable') {
    if (target.path.length > 0) throw new UnsupportedConstruct('Vector', 'writing into parts of a VRL variable');
    state.variables.set(target.name, kind);
    return ({ variables }, value) => void variables.set(target.name, value);
  }
  if (target.path.length === 0) throw new UnsupportedConstruct('Vector', 'replacing the whole event');
  state.setPath(target.path, kind);
  return ({ event }, value) => write(event, target.path, value);
}

/** Parts of a variable are read as parts of an event are. */
function readVariable(value: VrlValue = null, path: readonly string[]): VrlValue {
  if (path.length === 0) return value;
  return kindOf(value) === OBJECT ? (read(value as Fields, path) ?? null) : null;
}

/** Values of VRL are copies: what is written to the event later does not show in them. */
function copied(value: VrlValue = null): VrlValue {
  return typeof value === 'object' && value !== null ? structuredClone(value) : value;
}

export function read(event: Fields, path: readonly string[]): VrlValue | undefined {
  let at: VrlValue | undefined = event;
  for (const key of path) {
    if (at === undefined || at === null || kindOf(at) !== OBJECT) return undefined;
    at = Object.hasOwn(at as Fields, key) ? (at as Fields)[key] : undefined;
  }
  return at;
}

export function write(event: Fields, path: readonly string[], value: VrlValue): void {
  let at = event;
  for (const key of path.slice(0, -1)) {
    const inner = at[key];
    if (inner === undefined || kindOf(inner) !== OBJECT) at[key] = {};
    at = at[key] as Fields;
  }
  at[path.at(-1) as string] = value;
}

function remove(event: Fields, path: readonly string[]): VrlValue {
  const parent = read(event, path.slice(0, -1));
  const value = read(event, path);
  if (value === undefined) return null;
  delete (parent as Fields)[path.at(-1) as string];
  return value;
}

function writesEvent(node: VrlNode): boolean {
  if (node.type === 'assign' && node.targets.some((target) => target !== 'nothing' && target.type === 'path'))
    return true;
  if (node.type === 'call' && node.name === 'del') return true;
  return childrenOf(node).some(writesEvent);
}

function childrenOf(node: VrlNode): readonly VrlNode[] {
  if (node.type === 'block') return node.body;
  if (node.type === 'if') return [node.test, node.then, ...(node.else === undefined ? [] : [node.else])];
  if (node.type === 'operation') return [node.left, node.right];
  if (node.type === 'call') return node.args.map(({ value }) => value);
  if (node.type === 'assign') return [node.value];
  if (node.type === 'array') return node.items;
  if (node.type === 'object') return node.entries.map(([, value]) => value);
  return node.type === 'not' || node.type === 'minus' ? [node.of] : [];
}

function describe(node: VrlNode): string {
  if (node.type === 'path') return `.${node.path.join('.')}`;
  if (node.type === 'call') return `${node.name}(...)`;
  if (node.type === 'operation') return `${describe(node.left)} ${node.sign} ${describe(node.right)}`;
  if (node.type === 'variable') return node.name;
  return node.type === 'literal'
    ? JSON.stringify(node.value, (_, value) => (typeof value === 'bigint' ? Number(value) : value))
    : node.type;
}

function refused(code: string, reason: string): RefusedConfiguration {
  return new RefusedConfiguration('Vector', `VRL ${code}, ${reason}`);
}
