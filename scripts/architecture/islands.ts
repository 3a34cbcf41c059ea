import { posix } from 'node:path';
import type { Import } from './read-imports.ts';
import type { Finding, Rule } from './rule.ts';
import { isProduct, type SourceFile } from './source-tree.ts';

/** Rooms whose files are islands; their registry may name them all. */
const FILE_ISLANDS = ['server/src/providers/', 'server/src/guardrails/'];
/** Rooms whose folders are islands. */
const FOLDER_ISLANDS = ['server/src/features/', 'server/src/storage/', 'server/src/shared-state/'];

/** A provider, guardrail, feature or backend may not import its neighbour: any of them can be removed. */
export const islands: Rule = {
  name: 'islands',
  appliesTo: isProduct,
  check(file) {
    return file.imports.flatMap((entry) => judgeNeighbour(file, entry));
  },
};

function judgeNeighbour(file: SourceFile, entry: Import): Finding[] {
  const { target } = entry;
  if (target === undefined) return [];
  const room = [...FILE_ISLANDS, ...FOLDER_ISLANDS].find(
    (path) => file.path.startsWith(path) && target.startsWith(path),
  );
  if (room === undefined) return [];
  const from = file.path.slice(room.length);
  const to = target.slice(room.length);
  const refused = FILE_ISLANDS.includes(room) ? !mayUseFile(from, to) : folderOf(from) !== folderOf(to);
  if (!refused) return [];
  const name = posix.basename(posix.dirname(`${room}x`));
  return [
    { line: entry.line, message: `${name}/${from} is an island and may not import ${name}/${to}; ask for a port.` },
  ];
}

/** Helpers are the define-* files and the folders; every other file beside them is an island of its own. */
function mayUseFile(from: string, to: string): boolean {
  if (from === 'registry.ts' || /^define-[^/]+\.ts$/.test(to)) return true;
  return to.includes('/');
}

/** Files directly in the room belong to nobody, so they count as a folder of their own name. */
function folderOf(path: string): string {
  return path.split('/')[0] ?? path;
}
