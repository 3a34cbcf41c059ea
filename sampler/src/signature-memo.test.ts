import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureOf } from './signature.ts';
import { SignatureMemo } from './signature-memo.ts';
import { goldenLines } from './testing/golden-lines.ts';

describe('remembered signatures', () => {
  it('are the signatures, of lines seen and of lines that differ in digits', () => {
    const memo = new SignatureMemo();
    const lines = goldenLines(3000);
    const others = lines.map((line) => line.replace(/\d/g, (digit) => String((Number(digit) * 7 + 3) % 10)));
    for (const line of [...lines, ...others, ...lines]) {
      expect([line, memo.signatureOf(line)]).toEqual([line, signatureOf(line)]);
    }
  });

  it('are the signatures of any text', () => {
    const memo = new SignatureMemo();
    const unit = fc.constantFrom(...'0123456789', ...'abcxyz', ...'/:.-_,=[]"\' ', 'é', '€', '😀');
    const text = fc.string({ unit, maxLength: 60 });
    fc.assert(
      fc.property(text, (line) => {
        expect(memo.signatureOf(line)).toBe(signatureOf(line));
        expect(memo.signatureOf(line)).toBe(signatureOf(line));
      }),
      { numRuns: 3000, seed: 4 },
    );
  });

  it('are not kept of long lines', () => {
    const memo = new SignatureMemo();
    for (const length of [2047, 2048, 2049, 100_000]) {
      const line = `Stored ${'€'.repeat(length)}`;
      expect(memo.signatureOf(line)).toBe(signatureOf(line));
    }
  });
});
