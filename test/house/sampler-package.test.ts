import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { emitSampler } from '../../scripts/build/emit-sampler.ts';

const ROOT = join(import.meta.dirname, '../..');
const USE = `
const sampler = new Sampler({ policy: { first_k: 0, severity_rates: { INFO: 0 } } });
console.log(sampler.decide('INFO', 'x'), sampler.decide('ERROR', 'x').sample_rate, typeof pinoHooks(sampler).logMethod);
console.log(formatSignature(signatureOf('Stored order 7')).length, compilePolicy({}).firstK);
`;

describe('the package of the sampler', () => {
  let home: string;

  /** Built and packed as it would be published, and unpacked as it would be installed. */
  beforeAll(() => {
    const clone = mkdtempSync(join(tmpdir(), 'sampler-'));
    cpSync(join(ROOT, 'sampler'), join(clone, 'sampler'), { recursive: true, filter: (path) => !/\/dist$/.test(path) });
    cpSync(join(ROOT, 'LICENSE'), join(clone, 'LICENSE'));
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
    expect(emitSampler(clone)).toMatchObject({ problems: '' });
    const built = join(clone, 'sampler/dist/package');
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', clone], {
      cwd: built,
      encoding: 'utf8',
    });
    home = mkdtempSync(join(tmpdir(), 'application-'));
    const installed = join(home, 'node_modules/@weir/sampler');
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['-xzf', join(clone, packed.trim()), '-C', installed, '--strip-components=1']);
  }, 120_000);

  const run = (file: string, text: string) => {
    writeFileSync(join(home, file), text);
    return execFileSync(process.execPath, [join(home, file)], { encoding: 'utf8' });
  };

  test('is imported', () => {
    const output = run(
      'use.mjs',
      `import { Sampler, pinoHooks } from '@weir/sampler';
       import { formatSignature, signatureOf } from '@weir/sampler/signature';
       import { compilePolicy } from '@weir/sampler/decision';${USE}`,
    );
    expect(output).toBe('undefined 1 function\n14 10\n');
  });

  test('is required', () => {
    const output = run(
      'use.cjs',
      `const { Sampler, pinoHooks } = require('@weir/sampler');
       const { formatSignature, signatureOf } = require('@weir/sampler/signature');
       const { compilePolicy } = require('@weir/sampler/decision');${USE}`,
    );
    expect(output).toBe('undefined 1 function\n14 10\n');
  });

  test('has types for both', () => {
    const use = `const stamp = new Sampler({ service: 'a' }).decide('INFO', 'x');
      const weight: number | undefined = stamp?.sample_rate; console.log(weight);
      // @ts-expect-error there is no such severity
      new Sampler().decide('loud', 'x');`;
    writeFileSync(join(home, 'typed.mts'), `import { Sampler } from '@weir/sampler';\n${use}`);
    writeFileSync(join(home, 'typed.cts'), `import { Sampler } from '@weir/sampler';\n${use}`);
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'NodeNext', '--target', 'ES2022', '--types', 'node'];
    const types = ['--typeRoots', join(ROOT, 'node_modules/@types')];
    execFileSync(process.execPath, [compiler, ...options, ...types, 'typed.mts', 'typed.cts'], {
      cwd: home,
      stdio: 'inherit',
    });
  }, 120_000);

  test('depends on nothing and brings no tests', () => {
    const installed = join(home, 'node_modules/@weir/sampler');
    const files = readdirSync(installed, { recursive: true }).map(String);
    expect(files.filter((file) => /test|testing|\.ts$/.test(file) && !file.endsWith('.d.ts'))).toEqual([]);
    const code = files.filter((file) => file.endsWith('.js') || file.endsWith('.d.ts'));
    expect(code.length).toBeGreaterThan(40);
    const specifiers = code.flatMap((file) => {
      const text = execFileSync('cat', [join(installed, file)], { encoding: 'utf8' });
      return [...text.matchAll(/(?:from |require\(|import\()['"]([^'"]+)['"]/g)].map(([, specifier = '']) => specifier);
    });
    expect(specifiers.filter((specifier) => !/^(?:\.|node:)/.test(specifier))).toEqual([]);
  });
});
