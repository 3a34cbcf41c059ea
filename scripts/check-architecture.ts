import { resolve } from 'node:path';
import { checkTree, RULES } from './architecture/check-tree.ts';
import { readSourceTree } from './architecture/source-tree.ts';

const root = resolve(process.argv[2] ?? `${import.meta.dirname}/..`);
const tree = readSourceTree(root);
const violations = checkTree(tree);

for (const { path, line, rule, message } of violations) console.log(`${path}:${line}  ${rule}: ${message}`);
console.log(`${RULES.length} rules, ${tree.files.length} files, ${violations.length} violations`);
if (violations.length > 0) process.exitCode = 1;
