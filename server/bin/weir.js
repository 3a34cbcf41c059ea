#!/usr/bin/env node
// Plain JavaScript on purpose: an old Node must be able to read this file and say what is wrong.
import { existsSync } from 'node:fs';
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(
    `weir needs Node.js 24.15 or newer; this is ${process.versions.node}. From a clone, run it as "npx weir" after "npm ci": that brings its own Node.`,
  );
  process.exit(2);
}
// V8 takes this only when it makes its heap, so a server begins anew in its own process, which costs some 40 ms. Without it the
// young generation grows to 128 MB and keeps pages for what streams have long dropped (docs/decisions/0010).
const YOUNG_GENERATION = '--max-semi-space-size=16';
// biome-ignore lint/style/noProcessEnv: options of Node, not of Weir
const isChosen = /--max[-_]semi[-_]space[-_]size/.test([...process.execArgv, process.env.NODE_OPTIONS].join(' '));
if (process.argv[2] === 'serve' && !isChosen && process.platform !== 'win32' && process.channel === undefined) {
  process.execve?.(process.execPath, [
    process.execPath,
    YOUNG_GENERATION,
    ...process.execArgv,
    ...process.argv.slice(1),
  ]);
}
module.enableCompileCache?.();
// Worker threads take it from here; without it each would compile its files anew, a tenth of a second per start.
const cache = module.getCompileCacheDir?.();
// biome-ignore lint/style/noProcessEnv: no setting of Weir, and the only way to tell Node's threads
if (cache !== undefined) process.env.NODE_COMPILE_CACHE ??= cache;
const source = new URL('../src/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/main.js', import.meta.url).href);
