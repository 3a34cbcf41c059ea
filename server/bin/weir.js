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
module.enableCompileCache?.();
// Worker threads take it from here; without it each would compile its files anew, a tenth of a second per start.
const cache = module.getCompileCacheDir?.();
// biome-ignore lint/style/noProcessEnv: no setting of Weir, and the only way to tell Node's threads
if (cache !== undefined) process.env.NODE_COMPILE_CACHE ??= cache;
const source = new URL('../src/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/main.js', import.meta.url).href);
