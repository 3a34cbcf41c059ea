import { expect, test } from 'vitest';
import { bytesText, percentText, usdText } from './texts.ts';

test('bytes, shares and money are short', () => {
  expect([0, 999, 999.7, 1500, 317_150, 1.5e9].map(bytesText)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '1.5 kB',
    '317 kB',
    '1.5 GB',
  ]);
  expect([percentText(1, 3), percentText(1, 0), percentText(2, 2)]).toEqual(['33.3%', '0%', '100%']);
  expect([0, 12.345, 0.01, 0.000123].map(usdText)).toEqual(['$0.00', '$12.35', '$0.01', '$0.00012']);
});
