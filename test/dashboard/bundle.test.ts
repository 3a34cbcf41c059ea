import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

interface Chunk {
  readonly file: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
}

const DIST = join(import.meta.dirname, '../../dashboard/dist');
const LIMIT_KB = 350;
/** Of the font's files a browser takes those whose letters are on the page. */
const FONT = /inter-latin-wght-normal/;

test('the first screen needs at most 350 KB, compressed', () => {
  const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;
  const files = new Set([
    'index.html',
    ...filesOf(manifest, 'index.html'),
    ...filesOf(manifest, 'src/screens/home/home.tsx'),
  ]);
  const font = Object.values(manifest).find(({ file }) => FONT.test(file))?.file;
  expect(font).toBeDefined();
  const sizes = [...files, font ?? ''].map((file) => [file, kilobytes(file)] as const);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  console.log(
    `first screen: ${total.toFixed(0)} of ${LIMIT_KB} KB (${sizes.map(([file, size]) => `${file} ${size.toFixed(1)}`).join(', ')})`,
  );
  expect(sizes.some(([file]) => file.endsWith('.js'))).toBe(true);
  expect(total).toBeLessThanOrEqual(LIMIT_KB);
});

/** A chunk, what it imports at once and their styles. */
function filesOf(manifest: Readonly<Record<string, Chunk>>, name: string): string[] {
  const chunk = manifest[name];
  if (chunk === undefined) throw new Error(`the build has no ${name}; run npm run build:dashboard`);
  return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap((next) => filesOf(manifest, next))];
}

function kilobytes(file: string): number {
  const bytes = readFileSync(join(DIST, file));
  return (file.endsWith('.woff2') ? bytes : gzipSync(bytes)).length / 1024;
}
