import ts from 'typescript';
import { lineOf } from './read-imports.ts';
import type { Finding, Rule } from './rule.ts';
import { isCode } from './source-tree.ts';

const MAXIMUM = 3;

/** Four values in a row cannot be told apart at the call; from the fourth on they need names. */
export const positionalParameters: Rule = {
  name: 'positional-parameters',
  appliesTo: isCode,
  check({ syntax }) {
    const findings: Finding[] = [];
    const visit = (node: ts.Node): void => {
      const count = countParameters(node);
      if (syntax && count > MAXIMUM) {
        const message = `${nameOf(node)} takes ${count} positional parameters; at most ${MAXIMUM}, then an object.`;
        findings.push({ line: lineOf(syntax, node), message });
      }
      ts.forEachChild(node, visit);
    };
    if (syntax) visit(syntax);
    return findings;
  },
};

function countParameters(node: ts.Node): number {
  if (!ts.isFunctionLike(node) || ts.isIndexSignatureDeclaration(node) || isCallback(node)) return 0;
  return node.parameters.filter(({ name }) => !(ts.isIdentifier(name) && name.text === 'this')).length;
}

/** A function handed straight to another has the parameters that the other one gives; ours are judged by their types. */
function isCallback(node: ts.Node): boolean {
  const isExpression = ts.isArrowFunction(node) || ts.isFunctionExpression(node);
  return isExpression && ts.isCallExpression(node.parent) && node.parent.arguments.includes(node);
}

function nameOf(node: ts.Node): string {
  if (ts.isFunctionLike(node) && node.name && 'text' in node.name) return String(node.name.text);
  if (ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name)) return node.parent.name.text;
  return 'a function';
}
