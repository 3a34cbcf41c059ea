import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';
import { type Import, readImports } from './read-imports.ts';

/** One file of the repository; code files come parsed. */
export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Absent for files that are not TypeScript or JavaScript. */
  readonly syntax?: ts.SourceFile;
  /** Everything the file imports, types included; empty for other files. */
  readonly imports: readonly Import[];
}

export interface SourceTree {
  readonly root: string;
  readonly files: readonly SourceFile[];
}

const SKIPPED_DIRECTORIES = new Set([
  'node_modules',
  'dist',
  '.git',
  'coverage',
  '.weir',
  '.bench',
  'results',
  'fixtures',
]);
const TEXT_FILE =
  /\.(ts|tsx|js|mjs|cjs|json|md|ya?ml|sh|toml|py|sql|css|html|service|conf)$|(^|\/)(Dockerfile|run|\.npmrc)$/;
const CODE_FILE = /\.(ts|tsx|js|mjs|cjs)$/;

/** Reads every text file under the root and parses the code among them. */
export function readSourceTree(root: string): SourceTree {
  const files = listFiles(root)
    .map((path) => relative(root, path).split(sep).join('/'))
    .filter((path) => TEXT_FILE.test(path))
    .sort()
    .map((path) => readSourceFile(root, path));
  return { root, files };
}

/** Tests may reach for anything; the rules about product code leave them out. */
export function isTest(file: SourceFile): boolean {
  return file.path.startsWith('test/') || /\.test\.tsx?$/.test(file.path);
}

/** Code that users run: the sources of the workspaces without their tests. */
export function isProduct(file: SourceFile): boolean {
  return (
    file.syntax !== undefined && /^(server|contract|dashboard|sampler)\/(src|bin)\//.test(file.path) && !isTest(file)
  );
}

export function isCode(file: SourceFile): boolean {
  return file.syntax !== undefined;
}

function readSourceFile(root: string, path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  if (!CODE_FILE.test(path)) return { path, text, imports: [] };
  const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports = readImports(syntax, (specifier) => resolveInside(root, path, specifier));
  return { path, text, syntax, imports };
}

/** The repository path that a relative or `#` specifier means; undefined for packages. */
function resolveInside(root: string, importer: string, specifier: string): string | undefined {
  const base = specifier.startsWith('#')
    ? posix.join('server/src', specifier.slice(1))
    : specifier.startsWith('.')
      ? posix.join(posix.dirname(importer), specifier)
      : undefined;
  if (base === undefined) return undefined;
  const candidates = [base, `${base}.ts`, `${base}.tsx`, posix.join(base, 'index.ts'), base.replace(/\.js$/, '.ts')];
  return candidates.find((candidate) => CODE_FILE.test(candidate) && existsSync(join(root, candidate))) ?? base;
}

function listFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return SKIPPED_DIRECTORIES.has(entry.name) ? [] : listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}
