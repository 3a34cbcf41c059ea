import ts from 'typescript';
import { lineOf } from './read-imports.ts';
import type { Finding, Rule } from './rule.ts';

/**
 * V8 makes a hidden class for each object of a literal with a getter or setter, and hidden classes are old from birth: what
 * the getter can see stays alive until the next full collection. One of them kept every call's objects alive.
 */
export const literalGetters: Rule = {
  name: 'literal-getters',
  appliesTo: ({ path }) => /^server\/src\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'),
  check({ syntax }) {
    const findings: Finding[] = [];
    const visit = (node: ts.Node): void => {
      const isAccessor = ts.isGetAccessor(node) || ts.isSetAccessor(node);
      if (syntax && isAccessor && ts.isObjectLiteralExpression(node.parent)) {
        const name = node.name.getText(syntax);
        findings.push({ line: lineOf(syntax, node), message: `${name}: put the accessor into a class.` });
      }
      ts.forEachChild(node, visit);
    };
    if (syntax) visit(syntax);
    return findings;
  },
};
