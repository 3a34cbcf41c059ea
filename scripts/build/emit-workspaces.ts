import { cpSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { pointAtDist } from './point-at-dist.ts';

export interface BuildResult {
  /** The files in the dist folders, relative to the root. */
  readonly written: readonly string[];
  /** What the compiler complains about, as it would print it; empty when the build is good. */
  readonly problems: string;
}

const WORKSPACES = ['server', 'contract', 'sampler'];

/** Compiles each workspace's `src` to JavaScript in its `dist`; writes nothing when a type is wrong. */
export function emitWorkspaces(root: string): BuildResult {
  const { fileNames, options, errors } = readConfiguration(root);
  const program = ts.createProgram(fileNames, options);
  const diagnostics = [...errors, ...ts.getPreEmitDiagnostics(program)];
  if (diagnostics.length > 0) return { written: [], problems: formatDiagnostics(diagnostics, root) };

  for (const workspace of WORKSPACES) rmSync(join(root, workspace, 'dist'), { recursive: true, force: true });
  const written: string[] = [];
  const write: ts.WriteFileCallback = (path, text) => {
    const target = distPathOf(relative(options.outDir ?? root, path));
    mkdirSync(dirname(join(root, target)), { recursive: true });
    writeFileSync(join(root, target), text);
    written.push(target);
  };
  program.emit(undefined, write, undefined, false, { before: [pointAtDist] });
  return { written: [...written, ...copyAssets(root)], problems: '' };
}

function readConfiguration(root: string): ts.ParsedCommandLine {
  const path = join(root, 'tsconfig.build.json');
  const { config, error } = ts.readConfigFile(path, ts.sys.readFile);
  const parsed = ts.parseJsonConfigFileContent(config ?? {}, ts.sys, root, {}, path);
  return error ? { ...parsed, errors: [error, ...parsed.errors] } : parsed;
}

/** Whatever lies beside the code and is no code: tables, statements, templates. */
function copyAssets(root: string): string[] {
  const patterns = WORKSPACES.map((workspace) => `${workspace}/src/**/*.*`);
  const assets = globSync(patterns, { cwd: root, exclude: ['**/*.ts', '**/fixtures'] });
  return assets.map((path) => {
    const target = distPathOf(path);
    cpSync(join(root, path), join(root, target));
    return target;
  });
}

function distPathOf(path: string): string {
  return path.replace(/^([^/]+)\/src\//, '$1/dist/');
}

export function formatDiagnostics(diagnostics: readonly ts.Diagnostic[], root: string): string {
  return ts.formatDiagnostics(diagnostics, {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
  });
}
