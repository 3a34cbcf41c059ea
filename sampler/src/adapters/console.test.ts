import { describe, expect, it } from 'vitest';
import { Sampler } from '../sampler.ts';
import { samplePolicy } from '../testing/sample-policy.ts';
import { patchConsole } from './console.ts';

function fakeConsole() {
  const written: unknown[][] = [];
  const write = (...args: unknown[]) => void written.push(args);
  return { written, target: { debug: write, log: write, info: write, warn: write, error: write } };
}

describe('a console', () => {
  it('writes what is kept as it was, and nothing else', () => {
    const { written, target } = fakeConsole();
    const policy = { ...samplePolicy, first_k: 0, severity_rates: { DEBUG: 0, INFO: 0, WARNING: 1 } };
    const sampler = new Sampler({ policy });
    const restore = patchConsole(sampler, target);
    target.debug('a');
    target.log('b %s', 1);
    target.info({ c: 1 });
    target.warn('d', 2);
    target.error('e');
    const error = new Error('f');
    target.log('f', error);
    expect(written).toEqual([['d', 2], ['e'], ['f', error]]);
    expect(sampler.counts).toEqual({ seen: 6, kept: 3 });
    restore();
    target.debug('g');
    expect(written).toHaveLength(4);
    expect(sampler.counts.seen).toBe(6);
  });

  it('writes what it cannot read', () => {
    const { written, target } = fakeConsole();
    patchConsole(new Sampler({ policy: { ...samplePolicy, severity_rates: { INFO: 0 }, first_k: 0 } }), target);
    const hostile = {
      get [Symbol.for('nodejs.util.inspect.custom')](): never {
        throw new Error('no');
      },
    };
    target.info(hostile);
    expect(written).toEqual([[hostile]]);
  });
});
