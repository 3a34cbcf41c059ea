import { childrenOf, type Expr } from './cel-tree.ts';
import type { Path } from './parse-template.ts';

/** A path that an expression reads, as far as it is written out. */
export interface CelReference {
  readonly path: Path;
  /** `has(a.b)` asks whether it is there. */
  readonly isTested: boolean;
}

/** The paths that begin outside the expression; variables of its loops are not among them. */
export function referencesOf(expr: Expr): CelReference[] {
  const found: CelReference[] = [];
  collect(expr, { found, bound: new Set() });
  return found;
}

interface Collection {
  readonly found: CelReference[];
  readonly bound: ReadonlySet<string>;
}

function collect(expr: Expr, of: Collection): void {
  const path = pathOf(expr, of.bound);
  if (path !== undefined) {
    const isTested = expr.exprKind.case === 'selectExpr' && expr.exprKind.value.testOnly;
    of.found.push({ path, isTested });
    return;
  }
  if (expr.exprKind.case !== 'comprehensionExpr') {
    for (const child of childrenOf(expr)) collect(child, of);
    return;
  }
  const { iterRange, accuInit, iterVar, accuVar, loopCondition, loopStep, result } = expr.exprKind.value;
  for (const outer of [iterRange, accuInit]) if (outer !== undefined) collect(outer, of);
  const bound = new Set([...of.bound, iterVar, accuVar]);
  for (const inner of [loopCondition, loopStep, result])
    if (inner !== undefined) collect(inner, { found: of.found, bound });
}

/** `a.b["c-d"][0]`; undefined: not a path, or one that begins with a variable of a loop. */
function pathOf({ exprKind }: Expr, bound: ReadonlySet<string>): Path | undefined {
  if (exprKind.case === 'identExpr') return bound.has(exprKind.value.name) ? undefined : [exprKind.value.name];
  if (exprKind.case === 'selectExpr') {
    const { operand, field } = exprKind.value;
    return extended(operand, field, bound);
  }
  if (exprKind.case !== 'callExpr' || exprKind.value.function !== '_[_]') return undefined;
  const [of, index] = exprKind.value.args;
  return extended(of, constantOf(index), bound);
}

function extended(
  of: Expr | undefined,
  segment: string | number | undefined,
  bound: ReadonlySet<string>,
): Path | undefined {
  if (of === undefined || segment === undefined) return undefined;
  const path = pathOf(of, bound);
  return path === undefined ? undefined : [...path, segment];
}

function constantOf(expr: Expr | undefined): string | number | undefined {
  if (expr?.exprKind.case !== 'constExpr') return undefined;
  const { constantKind } = expr.exprKind.value;
  if (constantKind.case === 'stringValue') return constantKind.value;
  return constantKind.case === 'int64Value' && constantKind.value >= 0n ? Number(constantKind.value) : undefined;
}
