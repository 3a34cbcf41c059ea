import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { findProgram } from '../support/find-program.ts';
import { plantTree } from '../support/plant-tree.ts';

describe('finding an optional program', () => {
  test('gives its absolute path when PATH has it', () => {
    const directory = plantTree({ 'redis-server': '#!/bin/sh\n' });
    chmodSync(join(directory, 'redis-server'), 0o755);
    vi.stubEnv('PATH', directory);
    expect(findProgram('redis')).toBe(join(directory, 'redis-server'));
    vi.unstubAllEnvs();
  });

  test('takes a file that nobody may execute for missing', () => {
    vi.stubEnv('PATH', plantTree({ 'redis-server': 'not a program\n' }));
    expect(findProgram('redis')).toBeUndefined();
    vi.unstubAllEnvs();
  });
});
