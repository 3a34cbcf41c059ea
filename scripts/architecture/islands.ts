import { BACKEND_FOLDER, roomOfPath } from './rooms.ts';
import type { Finding, Rule } from './rule.ts';
import { isProduct } from './source-tree.ts';

/** Rooms whose files are islands; their registry may name them all. */
const FILE_ISLANDS = ['server/src/providers/', 'server/src/guardrails/'];
/** The room whose folders are islands. */
const FEATURES = 'server/src/features/';
/** A provider, guardrail, feature or backend may not import its neighbour: any of them can be removed. */
export const islands: Rule = {
  name: 'islands',
  appliesTo: isProduct,
  check(file) {
    return file.imports.flatMap(({ target, line }): Finding[] => {
      if (target === undefined || roomOfPath(file.path) !== roomOfPath(target)) return [];
      if (!isForeignIsland(file.path, target)) return [];
      return [{ line, message: `${target} is an island beside this one; ask for a port, or let compose name both.` }];
    });
  },
};

function isForeignIsland(from: string, to: string): boolean {
  const room = FILE_ISLANDS.find((path) => to.startsWith(path));
  if (room) return !mayUseFile(from.slice(room.length), to.slice(room.length));
  if (to.startsWith(FEATURES)) return featureOf(from) !== featureOf(to);
  const backend = BACKEND_FOLDER.exec(to)?.[0];
  return backend !== undefined && !from.startsWith(backend);
}

/** Helpers are the define-* files and the folders; every other file beside them is an island of its own. */
function mayUseFile(from: string, to: string): boolean {
  return from === 'registry.ts' || /^define-[^/]+\.ts$/.test(to) || to.includes('/');
}

/** Files directly in the room belong to nobody, so each counts as a feature of its own. */
function featureOf(path: string): string | undefined {
  return path.slice(FEATURES.length).split('/')[0];
}
