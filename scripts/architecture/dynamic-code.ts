import ts from 'typescript';
import { lineOf } from './read-imports.ts';
import type { Finding, Rule } from './rule.ts';
import { isCode } from './source-tree.ts';

/** Nothing in the house turns a string into code. */
export const dynamicCode: Rule = {
  name: 'dynamic-code',
  appliesTo: isCode,
  check({ syntax, imports }) {
    const findings: Finding[] = imports
      .filter(({ specifier }) => /^(node:)?vm$/.test(specifier))
      .map(({ line }) => ({ line, message: 'vm runs strings as code and is no sandbox.' }));
    const visit = (node: ts.Node): void => {
      const name = nameOfEvaluator(node);
      if (syntax && name) findings.push({ line: lineOf(syntax, node), message: `${name} runs a string as code.` });
      ts.forEachChild(node, visit);
    };
    if (syntax) visit(syntax);
    return findings;
  },
};

function nameOfEvaluator(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined;
  const callee =
    ts.isPropertyAccessExpression(node.expression) && /^global(This)?$/.test(node.expression.expression.getText())
      ? node.expression.name.text
      : node.expression.getText();
  return callee === 'eval' || callee === 'Function' ? callee : undefined;
}
