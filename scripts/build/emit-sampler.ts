import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { type BuildResult, formatDiagnostics } from './emit-workspaces.ts';

/** Node 18 runs it. */
const TARGET = ts.ScriptTarget.ES2022;
const COMMON: ts.CompilerOptions = {
  target: TARGET,
  lib: ['lib.es2022.d.ts'],
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  declaration: true,
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
};
const FORMATS = {
  esm: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  cjs: { module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Bundler },
} as const;
const ENTRIES = ['index', 'signature', 'decision'];

/** Writes what is published of `@weir/sampler` to `sampler/dist/package`: both kinds of modules, with types. */
export function emitSampler(root: string): BuildResult {
  const home = join(root, 'sampler/dist/package');
  rmSync(home, { recursive: true, force: true });
  const written: string[] = [];
  for (const [format, options] of Object.entries(FORMATS)) {
    const emitted = emitFormat(root, join(home, format), options);
    if (emitted.problems !== '') return emitted;
    written.push(...emitted.written);
  }
  writeFileSync(join(home, 'cjs/package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(join(home, 'package.json'), `${JSON.stringify(manifest(root), null, 2)}\n`);
  for (const file of ['README.md', 'LICENSE'])
    cpSync(join(root, file === 'LICENSE' ? file : `sampler/${file}`), join(home, file));
  return { written, problems: '' };
}

function emitFormat(root: string, outDir: string, format: ts.CompilerOptions): BuildResult {
  const source = join(root, 'sampler/src');
  const files = globSync('**/*.ts', { cwd: source, exclude: ['**/*.test.ts', 'testing/**'] });
  const program = ts.createProgram(
    files.map((file) => join(source, file)),
    { ...COMMON, ...format, rootDir: source, outDir, typeRoots: [join(root, 'node_modules/@types')] },
  );
  const diagnostics = ts.getPreEmitDiagnostics(program);
  if (diagnostics.length > 0) return { written: [], problems: formatDiagnostics(diagnostics, root) };
  const written: string[] = [];
  program.emit(undefined, (path, text) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, path.endsWith('.d.ts') ? withoutTsExtensions(text) : text);
    written.push(path);
  });
  return { written, problems: '' };
}

/** The compiler rewrites specifiers in code only. */
function withoutTsExtensions(declarations: string): string {
  return declarations.replace(/(from |import\()(['"])(\.[^'"]+)\.ts\2/g, '$1$2$3.js$2');
}

/** The workspace's own, with entries that point at the build. */
function manifest(root: string): object {
  const {
    exports: _,
    devDependencies: __,
    ...own
  } = JSON.parse(readFileSync(join(root, 'sampler/package.json'), 'utf8'));
  const entry = (name: string, format: string) => ({
    types: `./${format}/${name}.d.ts`,
    default: `./${format}/${name}.js`,
  });
  const exports = ENTRIES.map((name) => [
    name === 'index' ? '.' : `./${name}`,
    { import: entry(name, 'esm'), require: entry(name, 'cjs') },
  ]);
  return { ...own, main: './cjs/index.js', types: './cjs/index.d.ts', exports: Object.fromEntries(exports) };
}
