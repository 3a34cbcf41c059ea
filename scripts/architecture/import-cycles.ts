import type { Rule } from './rule.ts';
import { isCode, type SourceFile, type SourceTree } from './source-tree.ts';

const cyclesOfTree = new WeakMap<SourceTree, ReadonlyMap<string, readonly string[]>>();

/** No file may reach itself through imports, type imports included; each knot is reported once. */
export const importCycles: Rule = {
  name: 'import-cycles',
  appliesTo: isCode,
  check(file, tree) {
    const cycle = cyclesOf(tree).get(file.path);
    return cycle ? [{ line: 1, message: `import cycle: ${cycle.join(' -> ')}` }] : [];
  },
};

function cyclesOf(tree: SourceTree): ReadonlyMap<string, readonly string[]> {
  const known = cyclesOfTree.get(tree);
  if (known) return known;
  const found = findCycles(tree.files);
  cyclesOfTree.set(tree, found);
  return found;
}

/** Depth-first search; a file met again while still on the path closes a cycle, keyed by where it closes. */
function findCycles(files: readonly SourceFile[]): Map<string, string[]> {
  const targetsOf = new Map(files.map((file) => [file.path, file.imports.flatMap(({ target }) => target ?? [])]));
  const cycles = new Map<string, string[]>();
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (current: string): void => {
    const start = path.indexOf(current);
    if (start >= 0) {
      cycles.set(current, [...path.slice(start), current]);
      return;
    }
    if (finished.has(current)) return;
    path.push(current);
    for (const target of targetsOf.get(current) ?? []) visit(target);
    path.pop();
    finished.add(current);
  };
  for (const file of files) visit(file.path);
  return cycles;
}
