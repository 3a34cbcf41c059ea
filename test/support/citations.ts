import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One `requirement('A5')` in a test file. */
export interface Citation {
  readonly id: string;
  /** The test file, relative to the root. */
  readonly path: string;
}

export interface Citations {
  /** How many test files were read; zero proves nothing. */
  readonly files: number;
  readonly citations: readonly Citation[];
  /** Calls whose id is not a literal, as `path:line`: nobody can find them. */
  readonly unreadable: readonly string[];
}

const TEST_FILES = [
  'server/**/*.test.ts',
  'contract/**/*.test.ts',
  'dashboard/**/*.test.ts',
  'sampler/**/*.test.ts',
  'test/**/*.test.ts',
];

/** Parses every test below the root and collects the requirements it cites. */
export function readCitations(root: string): Citations {
  const paths = globSync(TEST_FILES, { cwd: root, exclude: ['**/node_modules', '**/dist', '**/fixtures'] }).sort();
  const read = paths.map((path) => readFile(path, readFileSync(join(root, path), 'utf8')));
  return {
    files: paths.length,
    citations: read.flatMap(({ citations }) => citations),
    unreadable: read.flatMap(({ unreadable }) => unreadable),
  };
}

function readFile(path: string, text: string): Pick<Citations, 'citations' | 'unreadable'> {
  const citations: Citation[] = [];
  const unreadable: string[] = [];
  const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'requirement') {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteralLike(argument)) citations.push({ id: argument.text, path });
      else unreadable.push(`${path}:${syntax.getLineAndCharacterOfPosition(node.getStart(syntax)).line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  if (text.includes('requirement(')) visit(syntax);
  return { citations, unreadable };
}
