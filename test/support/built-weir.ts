import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitWorkspaces } from '../../scripts/build/emit-workspaces.ts';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Builds the tree and gives its `bin/weir.js`, as a package has it. From the sources every thread strips types for itself, with a
 * compiler of some ten megabytes that nobody has who installs Weir.
 */
export function buildWeir(): { readonly program: string; remove(): void } {
  const { problems } = emitWorkspaces(ROOT);
  if (problems !== '') throw new Error(problems);
  const directory = mkdtempSync(join(tmpdir(), 'weir-built-'));
  const server = join(directory, 'server');
  mkdirSync(server);
  for (const name of ['bin', 'package.json']) {
    cpSync(join(ROOT, 'server', name), join(server, name), { recursive: true });
  }
  // Next to no sources the program takes the build; what that imports is found from where it really lies.
  symlinkSync(join(ROOT, 'server/dist'), join(server, 'dist'));
  return {
    program: join(server, 'bin/weir.js'),
    remove: () => rmSync(directory, { recursive: true }),
  };
}
