import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  findMissingPackages,
  type LockedPackages,
  lockPlatformPackage,
} from '../../scripts/lockfile/platform-packages.ts';

const path = join(import.meta.dirname, '../../package-lock.json');
const { packages } = JSON.parse(readFileSync(path, 'utf8')) as { packages: LockedPackages };

describe('the lockfile', () => {
  test('locks the packages of every platform, so that npm ci works (else run scripts/complete-lockfile.ts)', () => {
    expect(Object.keys(packages).length).toBeGreaterThan(50);
    expect(findMissingPackages(packages)).toEqual([]);
  });

  test('names no registry, so that everybody installs from their own', () => {
    const bound = Object.entries(packages).filter(([, { resolved }]) => resolved?.includes('://'));
    expect(bound.map(([name]) => name)).toEqual([]);
  });
});

describe('completing the lockfile', () => {
  const locked: LockedPackages = {
    'node_modules/linter': {
      version: '1.2.3',
      dev: true,
      license: 'MIT',
      optionalDependencies: { '@linter/cli-linux-x64': '1.2.3', '@linter/cli-linux-arm64-musl': '1.2.3' },
    },
    'node_modules/@linter/cli-linux-x64': { version: '1.2.3' },
  };

  test('finds what is wanted and not locked', () => {
    expect(findMissingPackages(locked)).toEqual([
      { name: '@linter/cli-linux-arm64-musl', version: '1.2.3', wantedBy: 'node_modules/linter' },
    ]);
  });

  test('says for which machine a package is', () => {
    const [missing] = findMissingPackages(locked);
    expect(missing && lockPlatformPackage(missing, locked)).toEqual({
      version: '1.2.3',
      cpu: ['arm64'],
      dev: true,
      libc: ['musl'],
      license: 'MIT',
      optional: true,
      os: ['linux'],
    });
  });

  test('refuses to guess when the name does not say', () => {
    const unclear = { name: '@linter/extra', version: '1.2.3', wantedBy: 'node_modules/linter' };
    expect(() => lockPlatformPackage(unclear, locked)).toThrow('cannot be told from its name');
  });
});
