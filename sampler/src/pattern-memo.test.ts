import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PatternMemo } from './pattern-memo.ts';
import { PatternTable } from './pattern-table.ts';
import { shapeOf, signatureOf } from './signature.ts';

import { goldenLines } from './testing/golden-lines.ts';

describe('remembered patterns', () => {
  it('have the signatures, of lines seen and of lines that differ in digits', () => {
    const memo = memoOf(20_000);
    const lines = goldenLines(3000);
    const others = lines.map((line) => line.replace(/\d/g, (digit) => String((Number(digit) * 7 + 3) % 10)));
    for (const line of [...lines, ...others, ...lines]) {
      expect([line, memo.patternOf(line).signature]).toEqual([line, signatureOf(line)]);
    }
  });

  it('have the signature of any text', () => {
    const memo = memoOf(20_000);
    const unit = fc.constantFrom(...'0123456789', ...'abcxyz', ...'/:.-_,=[]"\' ', 'é', '€', '😀');
    const text = fc.string({ unit, maxLength: 60 });
    fc.assert(
      fc.property(text, (line) => {
        expect(memo.patternOf(line).signature).toBe(signatureOf(line));
        expect(memo.patternOf(line).signature).toBe(signatureOf(line));
      }),
      { numRuns: 3000, seed: 4 },
    );
  });

  it('are not kept of long lines', () => {
    const memo = memoOf(20_000);
    for (const length of [2047, 2048, 2049, 100_000]) {
      const line = `Stored ${'€'.repeat(length)}`;
      expect(memo.patternOf(line).signature).toBe(signatureOf(line));
    }
  });

  it('are those of the table, also after it forgot some', () => {
    const table = new PatternTable(4, () => {});
    const memo = new PatternMemo(table);
    const letters = [...'abcdefghijkl'];
    for (let turn = 0; turn < 600; turn++) {
      const text = `Stored the ${letters[(turn * turn) % 7]} of ${letters[turn % 12]}`;
      expect(memo.patternOf(text)).toBe(table.of(signatureOf(text)));
    }
  });

  it('are known at sight when the text comes back, and by no other text', () => {
    const memo = memoOf(100);
    for (let turn = 0; turn < 2000; turn++) {
      const text = turn % 3 === 0 ? 'Polled the queue' : turn % 3 === 1 ? 'Stored the queue' : `Polled ${'the queue'}`;
      expect(memo.patternOf(text).signature).toBe(signatureOf(text));
    }
    expect(memo.patternOf('').signature).toBe(signatureOf(''));
    expect(memo.patternOf('__proto__').signature).toBe(signatureOf('__proto__'));
  });

  it('have an example without variables from their first line on', () => {
    for (const line of [...goldenLines(500), 'Ω lag 7 Tage', `\ud800 ${'x7 '.repeat(300)}`]) {
      const example = memoOf(10).patternOf(line).example;
      expect(example).toBe(shapeOf(line).replaceAll('\u0001', '<*>').slice(0, 200));
    }
  });
});

function memoOf(most: number): PatternMemo {
  return new PatternMemo(new PatternTable(most, () => {}));
}
