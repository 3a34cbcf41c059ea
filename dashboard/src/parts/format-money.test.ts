import { describe, expect, test } from 'vitest';
import { formatMoney } from './format-money.ts';

describe('money for people', () => {
  test.each([
    ['0', '$0'],
    [12_400_000_000, '$12.40'],
    ['1234567890000000', '$1,234,567.89'],
    [999_999_999, '$1.00'],
    [380_000_000, '$0.38'],
    [24_400_000, '$0.024'],
    [10_000_000, '$0.010'],
    [3_140_000, '$0.0031'],
    [138, '$0.00000014'],
    ['9007199254740993000000000', '$9,007,199,254,740,993.00'],
    [-2_500_000_000, '−$2.50'],
  ])('%s nano-USD is %s', (nano, text) => {
    expect(formatMoney(nano)).toBe(text);
  });

  test.each([
    [68_000, '$0.000068'],
    [1_300_000, '$0.001300'],
    [499, '$0.000000'],
    ['12345678900600', '$12,345.678901'],
  ])('%s nano-USD in six places is %s', (nano, text) => {
    expect(formatMoney(nano, { places: 6 })).toBe(text);
  });

  test('shows every digit when asked to', () => {
    expect(formatMoney('1000000138', { exact: true })).toBe('$1.000000138');
    expect(formatMoney(2_000_000_000, { exact: true })).toBe('$2');
  });
});
