import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Pattern } from './pattern.ts';
import { PatternTable } from './pattern-table.ts';

describe('the table of patterns', () => {
  it('remembers the recently used and tells what it forgets', () => {
    const forgotten: Pattern[] = [];
    const table = new PatternTable(10, (pattern) => forgotten.push(pattern));
    const often = table.of(1);
    for (let signature = 2; signature < 100; signature++) {
      table.of(signature).see('INFO', signature, false);
      expect(table.of(1)).toBe(often);
      expect(table.size).toBeLessThanOrEqual(10);
    }
    expect(forgotten.length).toBeGreaterThanOrEqual(88);
    expect(forgotten.every(({ seen }) => seen === 1)).toBe(true);
    const counted = [...table.counted()].map(({ signature }) => signature);
    expect(new Set([...counted, ...forgotten.map(({ signature }) => signature)]).size).toBe(98);
  });

  it('takes 10,000 signatures into less than 5 MB', () => {
    const program = `
      const { Sampler } = await import(${JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)))});
      const word = (at) => String(at).replace(/\\d/g, (digit) => 'abcdefghij'[digit]);
      const lines = Array.from({ length: 10000 }, (_, at) => 'Stored ' + word(at) + ' in the table of orders');
      new Sampler().decide('INFO', 'warm');
      gc();
      const before = process.memoryUsage().heapUsed;
      const sampler = new Sampler();
      for (const line of lines) sampler.decide('INFO', line);
      gc();
      console.log(process.memoryUsage().heapUsed - before, sampler.counts.seen);
    `;
    const output = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    const [bytes = 0, seen] = output.split(' ').map(Number);
    expect(seen).toBe(10_000);
    expect(bytes).toBeLessThan(5_000_000);
    expect(bytes).toBeGreaterThan(100_000);
  });
});
