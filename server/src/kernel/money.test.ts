import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatUsd } from './money.ts';

test('a number and a bigint of the same amount look the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: 0, max: 3_000_000_000 }), fc.integer({ min: 0, max: 2000 })), (nano) => {
      expect(formatUsd(nano)).toBe(formatUsd(BigInt(nano)));
    }),
  );
});

test.each([
  [0, '0'],
  [1, '0.000000001'],
  [13_800, '0.0000138'],
  [999_999_999, '0.999999999'],
  [1_000_000_000, '1'],
  [1_500_000_000, '1.5'],
])('%i nano-USD are $%s', (nano, shown) => {
  expect(formatUsd(nano)).toBe(shown);
});
