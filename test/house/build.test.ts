import { execFileSync } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emitWorkspaces } from '../../scripts/build/emit-workspaces.ts';
import { plantTree } from '../support/plant-tree.ts';

const CONFIGURATION = JSON.stringify({
  compilerOptions: {
    target: 'ES2024',
    lib: ['ES2024', 'DOM'],
    module: 'NodeNext',
    types: [],
    strict: true,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: true,
    rootDir: '.',
    outDir: 'dist',
  },
  include: ['server/src', 'contract/src'],
  exclude: ['**/*.test.ts'],
});

const WORKSPACES = {
  'tsconfig.build.json': CONFIGURATION,
  'server/package.json': '{ "type": "module" }',
  'contract/package.json': '{ "type": "module" }',
  'server/src/main.ts':
    "import { greet } from './greet.ts';\nconsole.log(greet('weir'), new URL('./worker.ts', import.meta.url).pathname.slice(-9));\n",
  'server/src/greet.ts': 'export const greet = (name: string): string => `hello ${name}`;\n',
  'server/src/greet.test.ts': "import './greet.ts';\n",
  'server/src/prices.json': '{}',
  'contract/src/index.ts': 'export interface Key { id: string }\n',
};

describe('the build', () => {
  test('runs without the sources', () => {
    const root = plantTree(WORKSPACES);
    expect(emitWorkspaces(root)).toMatchObject({ problems: '' });
    renameSync(join(root, 'server/src'), join(root, 'server/gone'));
    const output = execFileSync(process.execPath, [join(root, 'server/dist/main.js')], { encoding: 'utf8' });
    expect(output).toBe('hello weir worker.js\n');
  });

  test('takes the assets along and leaves the tests behind', () => {
    const { written } = emitWorkspaces(plantTree(WORKSPACES));
    expect(written.toSorted()).toEqual([
      'contract/dist/index.js',
      'server/dist/greet.js',
      'server/dist/main.js',
      'server/dist/prices.json',
    ]);
  });

  test('takes the contract from its build', () => {
    const root = plantTree({
      ...WORKSPACES,
      'contract/package.json':
        '{ "name": "@weir/contract", "type": "module", "exports": { ".": "./src/index.ts", "./dist": "./dist/index.js" } }',
      'contract/src/index.ts': "export const word: string = 'agreed';\n",
      'server/src/main.ts': "import { word } from '@weir/contract';\nconsole.log(word);\n",
      'node_modules/@weir/contract/package.json':
        '{ "name": "@weir/contract", "type": "module", "exports": { ".": "./index.d.ts", "./dist": "./index.js" } }',
      'node_modules/@weir/contract/index.d.ts': 'export const word: string;\n',
      'node_modules/@weir/contract/index.js': "export const word = 'built';\n",
    });
    expect(emitWorkspaces(root)).toMatchObject({ problems: '' });
    const output = execFileSync(process.execPath, [join(root, 'server/dist/main.js')], { encoding: 'utf8' });
    expect(output).toBe('built\n');
  });

  test('writes nothing when a type is wrong', () => {
    const root = plantTree({
      ...WORKSPACES,
      'server/src/greet.ts': 'export const greet: number = (n: string) => n;\n',
    });
    expect(emitWorkspaces(root).problems).toContain('server/src/greet.ts');
    expect(existsSync(join(root, 'server/dist'))).toBe(false);
  });

  test('says so when there is nothing to build', () => {
    const root = plantTree({ 'tsconfig.build.json': CONFIGURATION });
    expect(emitWorkspaces(root)).toMatchObject({ written: [], problems: expect.stringContaining('No inputs') });
  });
});
