import { describe, expect, test } from 'vitest';
import { countOf } from './count-of.ts';
import { formatCount } from './format-count.ts';
import { formatDuration } from './format-duration.ts';
import { formatShare } from './format-share.ts';

describe('numbers for people', () => {
  test.each([
    [0, '0'],
    [1204, '1,204'],
    [99_999, '99,999'],
    [1_240_000, '1.2M'],
  ])('counts %s as %s', (count, text) => expect(formatCount(count)).toBe(text));

  test.each([
    [0, '0 calls'],
    [1, '1 call'],
    [1204, '1,204 calls'],
  ])('tells %s calls as %s', (count, text) => expect(countOf(count, 'call')).toBe(text));

  test.each([
    [1, '100%'],
    [0.98215, '98.2%'],
    [0.99999, '>99.9%'],
    [0.0001, '<0.1%'],
    [0, '0%'],
    [Number.NaN, '–'],
  ])('says the share %s as %s', (share, text) => expect(formatShare(share)).toBe(text));

  test.each([
    [0.31, '0.31 ms'],
    [12.4, '12 ms'],
    [1240, '1.24 s'],
    [42_300, '42.3 s'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min'],
  ])('says %s milliseconds as %s', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));
});
