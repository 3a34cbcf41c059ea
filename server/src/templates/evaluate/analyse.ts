import { type Position, Refusal } from '../refusal.ts';
import { childrenOf } from '../syntax/children.ts';
import type { Body, Expression, ForNode, Parameter, Statement, Target } from '../syntax/nodes.ts';
import { GLOBALS } from './globals.ts';

/** A name that a template takes from its caller. */
export interface TemplateVariable {
  readonly name: string;
  /** At one place or more the template asks first whether it is there, or has a default. */
  readonly isOptional: boolean;
}

export interface Analysis {
  /** In the order in which they are read first. */
  readonly variables: readonly TemplateVariable[];
  /** It has loops, macros or partials, whose cost its text does not tell. */
  readonly hasLoops: boolean;
}

/** Finds the tree of a partial; undefined when it was not given. */
export type FindTree = (name: string) => Body | undefined;

/** Reads who takes what from where. Refuses the few names whose meaning would differ from Jinja2's. */
export function analyse(body: Body, find: FindTree): Analysis {
  const analyser = new Analyser(find);
  analyser.body(body, new Names(undefined));
  return analyser.result();
}

/** Places where a partial is used, counted within partials every time they are used. */
const MAX_USES = 500;

type NamesKind = 'scope' | 'branch' | 'partial' | 'closed';

/** The names set so far at one place, and around it. */
class Names {
  readonly outer: Names | undefined;
  readonly #known = new Set<string>();
  /** Names that macros defined here read and nobody had set: they must not be set later. */
  readonly #awaited = new Map<string, string>();
  readonly #kind: NamesKind;

  /** `branch`: what is set here is set outside. `partial`: `loop` is not seen. `closed`: nothing outside is seen. */
  constructor(outer: Names | undefined, kind: NamesKind = 'scope') {
    this.outer = outer;
    this.#kind = kind;
  }

  get isClosed(): boolean {
    return this.#kind === 'closed';
  }

  has(name: string): boolean {
    if (this.#known.has(name)) return true;
    if (this.isClosed || (this.#kind === 'partial' && name === 'loop')) return false;
    return this.outer?.has(name) ?? false;
  }

  add(name: string): void {
    this.#known.add(name);
  }

  own(): ReadonlySet<string> {
    return this.#known;
  }

  await(name: string, macro: string): void {
    this.#awaited.set(name, macro);
    this.outer?.await(name, macro);
  }

  awaiting(name: string): string | undefined {
    return this.#awaited.get(name) ?? (this.#kind === 'branch' ? this.outer?.awaiting(name) : undefined);
  }
}

class Analyser {
  readonly #find: FindTree;
  readonly #variables = new Map<string, boolean>();
  readonly #visiting = new Set<string>();
  #hasLoops = false;
  #uses = 0;
  /** The macro whose body is being read. */
  #macro: { readonly title: string; readonly around: Names } | undefined;
  /** Names that may not be read here, with the reason. */
  #forbidden: ReadonlyMap<string, string> = new Map();

  constructor(find: FindTree) {
    this.#find = find;
  }

  result(): Analysis {
    const variables = [...this.#variables].map(([name, isOptional]) => ({ name, isOptional }));
    return { variables, hasLoops: this.#hasLoops };
  }

  body(body: Body, names: Names): void {
    for (const statement of body) this.#statement(statement, names);
  }

  #statement(statement: Statement, names: Names): void {
    switch (statement.kind) {
      case 'text':
        return;
      case 'output':
        return this.#read(statement.value, names);
      case 'if':
        return this.#if(statement, names);
      case 'for':
        return this.#for(statement, names);
      case 'set':
        this.#read(statement.value, names);
        return this.#assign(statement.target, names);
      case 'set-block':
        this.body(statement.body, new Names(names));
        if (statement.filter !== undefined) this.#read(statement.filter, names);
        return this.#assign(statement.target, names);
      case 'with':
        return this.#with(statement, names);
      case 'macro':
        this.#set(statement.name, statement.at, names);
        return this.#function(`the macro "${statement.name}"`, statement, names);
      case 'call-block':
        this.#read(statement.call, names);
        return this.#function('a call block', statement, names);
      case 'filter-block':
        this.body(statement.body, new Names(names));
        return this.#read(statement.filter, names);
      case 'include':
        return this.#partial(statement, new Names(names, statement.withContext ? 'partial' : 'closed'));
      case 'import':
      case 'from':
        this.#partial(statement, new Names(names, statement.withContext ? 'partial' : 'closed'));
        for (const name of statement.kind === 'import' ? [statement.as] : statement.names.map(({ as }) => as)) {
          this.#set(name, statement.at, names);
        }
    }
  }

  /** A name is set behind an `if` when every branch sets it. */
  #if(node: Extract<Statement, { kind: 'if' }>, names: Names): void {
    const branches = node.branches.map(({ test, body }) => {
      this.#read(test, names);
      return this.#branch(body, names);
    });
    if (node.otherwise === undefined) return;
    const last = this.#branch(node.otherwise, names);
    for (const name of last) if (branches.every((branch) => branch.has(name))) names.add(name);
  }

  #branch(body: Body, names: Names): ReadonlySet<string> {
    const branch = new Names(names, 'branch');
    this.body(body, branch);
    return branch.own();
  }

  #for(node: ForNode, names: Names): void {
    this.#hasLoops = true;
    this.#read(node.over, names);
    const inner = new Names(names);
    this.#assign(node.target, inner);
    if (node.test !== undefined) {
      const { test } = node;
      this.#forbid('loop', '"loop" is not known yet in the condition of a loop', () => this.#read(test, inner));
    }
    inner.add('loop');
    this.body(node.body, inner);
    this.body(node.otherwise, new Names(names));
  }

  #with(node: Extract<Statement, { kind: 'with' }>, names: Names): void {
    const inner = new Names(names);
    for (const { value } of node.assignments) this.#read(value, names);
    for (const { target } of node.assignments) this.#assign(target, inner);
    this.body(node.body, inner);
  }

  #function(title: string, node: { parameters: readonly Parameter[]; body: Body }, names: Names): void {
    this.#hasLoops = true;
    const outer = this.#macro;
    this.#macro = { title, around: names };
    const inner = new Names(names);
    for (const special of ['caller', 'varargs', 'kwargs']) inner.add(special);
    for (const { name } of node.parameters) inner.add(name);
    for (const { fallback } of node.parameters) if (fallback !== undefined) this.#read(fallback, inner);
    this.body(node.body, inner);
    this.#macro = outer;
  }

  #partial({ partials, at }: { partials: readonly string[]; at: Position }, names: Names): void {
    this.#hasLoops = true;
    this.#uses += 1;
    if (this.#uses > MAX_USES) throw new Refusal('limit', `partials are used more than ${MAX_USES} times`, { at });
    for (const name of partials) {
      const body = this.#find(name);
      if (body === undefined) continue;
      // One that includes itself was read already, and reads nothing new.
      if (!this.#visiting.has(name)) {
        this.#visiting.add(name);
        this.#forbid('loop', `the partial "${name}" cannot read "loop" of the loop around it; set a variable`, () =>
          this.body(body, names),
        );
        this.#visiting.delete(name);
      }
      return;
    }
  }

  #forbid(...[name, reason, read]: [string, string, () => void]): void {
    const before = this.#forbidden;
    this.#forbidden = new Map([...before, [name, reason]]);
    read();
    this.#forbidden = before;
  }

  #assign(target: Target, names: Names): void {
    if (target.kind === 'name') this.#set(target.name, target.at, names);
    else if (target.kind === 'namespace') this.#name(target.name, { at: target.at, names, isOptional: false });
    else for (const item of target.items) this.#assign(item, names);
  }

  #set(...[name, at, names]: [string, Position, Names]): void {
    const macro = names.awaiting(name);
    if (macro !== undefined) {
      const message = `"${name}" is set after ${macro}, which reads it; set it before`;
      throw new Refusal('unsupported', message, { at });
    }
    names.add(name);
  }

  #read(node: Expression, names: Names): void {
    const guarded = guardedName(node);
    if (guarded !== undefined) this.#name(guarded.name, { at: guarded.at, names, isOptional: true });
    if (node.kind === 'name') this.#name(node.name, { at: node.at, names, isOptional: false });
    // Nothing of the caller's can be called, so a name that is called is a macro's, maybe of one that comes later.
    const called = node.kind === 'call' && node.callee.kind === 'name' ? node.callee : undefined;
    if (called !== undefined) this.#refuseForbidden(called.name, called.at, names);
    for (const child of childrenOf(node)) if (child !== guarded && child !== called) this.#read(child, names);
  }

  #refuseForbidden(...[name, at, names]: [string, Position, Names]): void {
    const reason = names.has(name) ? undefined : this.#forbidden.get(name);
    if (reason !== undefined) throw new Refusal('unsupported', reason, { at });
  }

  #name(name: string, { at, names, isOptional }: { at: Position; names: Names; isOptional: boolean }): void {
    if (names.has(name)) return;
    this.#refuseForbidden(name, at, names);
    if (this.#macro !== undefined) this.#macro.around.await(name, this.#macro.title);
    if (GLOBALS.has(name) || isHidden(names)) return;
    this.#variables.set(name, isOptional || (this.#variables.get(name) ?? false));
  }
}

/** Within a partial that sees no variables. */
function isHidden(names: Names | undefined): boolean {
  return names !== undefined && (names.isClosed || isHidden(names.outer));
}

/** The name whose absence this expression deals with: `x is defined`, `x|default(...)`. */
function guardedName(node: Expression): (Expression & { kind: 'name' }) | undefined {
  const isGuard =
    (node.kind === 'test' && (node.name === 'defined' || node.name === 'undefined')) ||
    (node.kind === 'filter' && (node.name === 'default' || node.name === 'd'));
  return isGuard && node.value?.kind === 'name' ? node.value : undefined;
}
