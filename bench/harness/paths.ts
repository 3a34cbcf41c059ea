import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export const benchRoot = join(import.meta.dirname, '..');
export const projectRoot = join(benchRoot, '..');
/** Git-ignored: compiled tools, payloads, logs, data directories and the last results. */
export const buildRoot = join(projectRoot, '.bench');
export const lastResultFile = join(buildRoot, 'last.json');

/** A folder inside `.bench`, created when it is missing. */
export function buildFolder(name: string): string {
  const folder = join(buildRoot, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
