import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SOURCE = fileURLToPath(new URL('../../server/src', import.meta.url));

/** Imports that are resolved when the importing file is. */
const EAGER = /^(?:import|export)\s+(?!type\b)[^;]*?from\s+'@modelcontextprotocol\//m;

test('the libraries of MCP are loaded when they are needed, never at the start', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  const using = files.filter((file) => readFileSync(join(SOURCE, file), 'utf8').includes("'@modelcontextprotocol/"));
  expect(using.length).toBeGreaterThan(2);
  expect(using.filter((file) => EAGER.test(readFileSync(join(SOURCE, file), 'utf8')))).toEqual([]);
  expect("import { Client } from '@modelcontextprotocol/client';").toMatch(EAGER);
});
