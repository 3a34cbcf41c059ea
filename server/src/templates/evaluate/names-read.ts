import { childrenOf } from '../syntax/children.ts';
import type { Body, Expression, Statement, Target } from '../syntax/nodes.ts';

/** Every name that is read anywhere in a body, bodies of macros within it left out. */
export function namesReadIn(body: Body): ReadonlySet<string> {
  const names = new Set<string>();
  const read = (node: Expression): void => {
    if (node.kind === 'name') names.add(node.name);
    for (const child of childrenOf(node)) read(child);
  };
  const visit = (statements: Body): void => {
    for (const statement of statements) {
      for (const expression of expressionsOf(statement)) read(expression);
      for (const inner of bodiesOf(statement)) visit(inner);
    }
  };
  visit(body);
  return names;
}

/** The expressions of a statement itself. */
function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'output':
      return [statement.value];
    case 'if':
      return statement.branches.map(({ test }) => test);
    case 'for':
      return [statement.over, ...(statement.test === undefined ? [] : [statement.test])];
    case 'set':
      return [...targetReads(statement.target), statement.value];
    case 'set-block':
      return [...targetReads(statement.target), ...(statement.filter === undefined ? [] : [statement.filter])];
    case 'with':
      return statement.assignments.map(({ value }) => value);
    case 'call-block':
      return [statement.call];
    case 'filter-block':
      return [statement.filter];
    default:
      return [];
  }
}

function targetReads(target: Target): readonly Expression[] {
  return target.kind === 'namespace' ? [{ kind: 'name', name: target.name, at: target.at }] : [];
}

/** The bodies of a statement that are rendered with it. */
function bodiesOf(statement: Statement): readonly Body[] {
  switch (statement.kind) {
    case 'if':
      return [...statement.branches.map(({ body }) => body), statement.otherwise ?? []];
    case 'for':
      return [statement.body, statement.otherwise];
    case 'set-block':
    case 'with':
    case 'filter-block':
    case 'call-block':
      return [statement.body];
    default:
      return [];
  }
}
