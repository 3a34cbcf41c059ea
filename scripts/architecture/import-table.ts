import { builtinModules } from 'node:module';
import type { Import } from './read-imports.ts';
import { isFreePlace, ROOMS, roomOfPackage, roomOfPath } from './rooms.ts';
import type { Finding, Rule } from './rule.ts';
import { isProduct, type SourceFile } from './source-tree.ts';

/** Holds the import table: who may import whom, and which rooms exist at all. */
export const importTable: Rule = {
  name: 'import-table',
  appliesTo: isProduct,
  check(file) {
    const room = roomOfPath(file.path);
    if (isFreePlace(room)) return [];
    if (!(room in ROOMS)) return [{ line: 1, message: `'${room}' is not a room of the house; see the import table.` }];
    return file.imports.flatMap((entry) => judgeImport(file, room, entry));
  },
};

function judgeImport(file: SourceFile, room: string, entry: Import): Finding[] {
  const target = entry.target === undefined ? roomOfPackage(entry.specifier) : roomOfPath(entry.target);
  if (target === undefined) return room === 'kernel' ? [refuseKernelPackage(entry)] : [];
  if (target === room || isAllowed(room, target, entry)) return [];
  if (isSamplingOfTheSampler(file, entry)) return [];
  const allowed = describeAllowed(room);
  return [
    { line: entry.line, message: `${room} may not import ${target} ('${entry.specifier}'); it may import ${allowed}.` },
  ];
}

function isAllowed(room: string, target: string, entry: Import): boolean {
  const { imports, types = [] } = ROOMS[room] ?? { imports: [] };
  return imports.includes(target) || (entry.typeOnly && types.includes(target));
}

/** First-level signatures and the decision by policy exist once, in the sampler, and the server uses them from there. */
function isSamplingOfTheSampler(file: SourceFile, entry: Import): boolean {
  return (
    file.path.startsWith('server/src/features/log-sampling/') &&
    /^@weir\/sampler\/(?:signature|decision)$/.test(entry.specifier)
  );
}

function refuseKernelPackage(entry: Import): Finding {
  const isBuiltin = builtinModules.includes(entry.specifier.replace(/^node:/, ''));
  const kind = isBuiltin ? "Node's module" : 'the package';
  return { line: entry.line, message: `kernel imports nothing, not even ${kind} '${entry.specifier}'.` };
}

function describeAllowed(room: string): string {
  const { imports, types = [] } = ROOMS[room] ?? { imports: [] };
  const all = [...imports, ...types.map((name) => `types of ${name}`)];
  return all.length === 0 ? 'nothing' : all.join(', ');
}
