import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { isProduct, isTest, readSourceTree, type SourceFile } from './architecture/source-tree.ts';

interface Measure {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  /** True when the value should not fall below the limit, false when it should not exceed it. */
  readonly isMinimum?: boolean;
  /** Where to look when the limit is passed. */
  readonly where?: string;
}

const root = join(import.meta.dirname, '..');
const files = readSourceTree(root).files;
const product = files.filter(isProduct);
const tests = files.filter((file) => isTest(file) && file.syntax !== undefined);

if (product.length === 0 || tests.length === 0) {
  console.log(`house limits looked at ${product.length} source and ${tests.length} test files, which proves nothing`);
  process.exitCode = 1;
} else {
  for (const measure of measureHouse()) console.log(printMeasure(measure));
}

function measureHouse(): Measure[] {
  const lines = product.map(countLines);
  const functions = product.flatMap(functionLines);
  const [longest] = product.toSorted((a, b) => countLines(b) - countLines(a));
  const [folder, filesInFolder] = fullestFolder();
  const sourceLines = sum(lines);
  const testLines = sum(tests.map(countLines));
  return [
    { name: 'file lines, median', value: percentile(lines, 0.5), limit: 100 },
    { name: 'file lines, p90', value: percentile(lines, 0.9), limit: 300 },
    { name: 'file lines, longest', value: Math.max(...lines), limit: 500, where: longest?.path ?? '' },
    { name: 'function lines, p90', value: percentile(functions, 0.9), limit: 40 },
    { name: 'files per folder, most', value: filesInFolder, limit: 20, where: folder },
    { name: 'runtime dependencies, server', value: countDependencies('server/package.json'), limit: 26 },
    {
      name: 'test lines per source line',
      value: Number((testLines / sourceLines).toFixed(2)),
      limit: 1,
      isMinimum: true,
      where: `${testLines} to ${sourceLines}`,
    },
  ];
}

function printMeasure({ name, value, limit, isMinimum = false, where = '' }: Measure): string {
  const isKept = isMinimum ? value >= limit : value <= limit;
  const bound = `${isMinimum ? '>=' : '<='} ${limit}`;
  return `  ${name.padEnd(30)}${String(value).padStart(6)}   ${bound.padEnd(7)} ${isKept ? '    ' : 'over'}  ${where}`.trimEnd();
}

function countLines({ text }: SourceFile): number {
  return text.trimEnd().split('\n').length;
}

function functionLines({ syntax }: SourceFile): number[] {
  const lengths: number[] = [];
  const visit = (node: ts.Node): void => {
    if (syntax && ts.isFunctionLike(node) && 'body' in node && node.body) {
      const lineAt = (position: number) => syntax.getLineAndCharacterOfPosition(position).line;
      lengths.push(lineAt(node.end) - lineAt(node.getStart(syntax)) + 1);
    }
    ts.forEachChild(node, visit);
  };
  if (syntax) visit(syntax);
  return lengths;
}

/** Tests live beside the code and double it, so they do not count. */
function fullestFolder(): [string, number] {
  const counts = new Map<string, number>();
  for (const { path } of product) {
    const folder = posix.dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? ['', 0];
}

function countDependencies(path: string): number {
  const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as { dependencies?: Record<string, string> };
  return Object.keys(manifest.dependencies ?? {}).length;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
