import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { referencePages } from './reference/pages.ts';

/** Writes docs/reference/* from the tables in the code; with --check it only tells whether they are up to date. */
const root = join(import.meta.dirname, '..');
const pages = await referencePages();
const stale = Object.entries(pages).filter(([path, text]) => read(join(root, path)) !== text);

if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`${path} is out of date; run: node scripts/generate-reference.ts`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  console.log(`${Object.keys(pages).length} reference pages, ${stale.length} changed`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
