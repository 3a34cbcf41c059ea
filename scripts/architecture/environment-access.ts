import ts from 'typescript';
import { lineOf } from './read-imports.ts';
import type { Finding, Rule } from './rule.ts';
import { isProduct, type SourceFile } from './source-tree.ts';

/** In the server config/, and the start that hands it on; in the sampler the file that says what it takes. */
const READERS = /^(?:server\/(?:bin\/|src\/(?:config\/|main\.ts$))|sampler\/src\/environment\.ts$)/;
const MESSAGE = 'only config/ reads the environment; take the setting as a parameter.';

/** Settings are read once and handed down. */
export const environmentAccess: Rule = {
  name: 'environment-access',
  appliesTo: (file) => isProduct(file) && !READERS.test(file.path),
  check(file) {
    const imported = file.imports
      .filter(({ specifier, names }) => /^(node:)?process$/.test(specifier) && names.includes('env'))
      .map(({ line }) => ({ line, message: MESSAGE }));
    return [...imported, ...findAccesses(file)];
  },
};

function findAccesses({ syntax }: SourceFile): Finding[] {
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    if (
      syntax &&
      ts.isPropertyAccessExpression(node) &&
      node.name.text === 'env' &&
      /(^|\.)process$/.test(node.expression.getText())
    ) {
      findings.push({ line: lineOf(syntax, node), message: MESSAGE });
    }
    ts.forEachChild(node, visit);
  };
  if (syntax) visit(syntax);
  return findings;
}
