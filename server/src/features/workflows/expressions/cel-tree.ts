import type { parse } from '@bufbuild/cel';

/** A node of the tree that CEL's parser makes. */
export type Expr = ReturnType<typeof parse>['expr'];

/** In the order of evaluation. */
export function childrenOf({ exprKind }: Expr): Expr[] {
  switch (exprKind.case) {
    case 'selectExpr':
      return present(exprKind.value.operand);
    case 'callExpr':
      return present(exprKind.value.target, ...exprKind.value.args);
    case 'listExpr':
      return exprKind.value.elements;
    case 'structExpr':
      return exprKind.value.entries.flatMap(({ keyKind, value }) =>
        present(keyKind.case === 'mapKey' ? keyKind.value : undefined, value),
      );
    case 'comprehensionExpr': {
      const { iterRange, accuInit, loopCondition, loopStep, result } = exprKind.value;
      return present(iterRange, accuInit, loopCondition, loopStep, result);
    }
    default:
      return [];
  }
}

function present(...expressions: (Expr | undefined)[]): Expr[] {
  return expressions.filter((expr) => expr !== undefined);
}
