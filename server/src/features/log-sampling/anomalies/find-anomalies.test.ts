import { describe, expect, test } from 'vitest';
import { findAnomalies, type PatternWindows } from './find-anomalies.ts';

const USUAL = [100, 104, 97, 99, 101, 103, 98, 100];
const NONE = USUAL.map(() => 0);

function pattern(lines: readonly number[], of: Partial<PatternWindows> = {}): PatternWindows {
  return { pattern: 'p', lines, errors: lines.map(() => 0), ...of };
}
const kinds = (...patterns: PatternWindows[]) => findAnomalies(patterns).map(({ kind }) => kind);

describe('anomalies', () => {
  test('are not found in ordinary traffic, nor without history', () => {
    expect(kinds(pattern([...USUAL, 101, 99, 102]))).toEqual([]);
    expect(kinds(pattern([100, 100, 100, 100, 900, 900, 900]))).toEqual([]);
    expect(kinds(pattern([...NONE, 0, 900, 900]), pattern([...NONE, 0, 0, 5], { pattern: 'q' }))).toEqual([]);
    expect(findAnomalies([])).toEqual([]);
  });

  test('are rates outside their band in two of three windows, above and below', () => {
    expect(findAnomalies([pattern([...USUAL, 400, 100, 380])])).toMatchObject([
      { kind: 'rate_band', pattern: 'p', seen: 400 },
    ]);
    expect(kinds(pattern([...USUAL, 100, 0, 0]))).toEqual(['rate_band']);
    expect(kinds(pattern([...USUAL, 100, 400, 100]))).toEqual([]);
    expect(kinds(pattern([...USUAL, 0, 400, 100]))).toEqual([]);
  });

  test('are patterns that were never there', () => {
    expect(kinds(pattern([...USUAL, 100, 100, 100]), pattern([...NONE, 0, 0, 3], { pattern: 'q' }))).toEqual([
      'new_pattern',
    ]);
    expect(kinds(pattern([...NONE, 0, 0, 0]))).toEqual([]);
  });

  test('are errors of the whole service that at least doubled', () => {
    const errors = (now: readonly number[]) => [...USUAL.map(() => 10), ...now];
    const lines = [...USUAL, 100, 100, 100];
    expect(findAnomalies([pattern(lines, { errors: errors([60, 55, 70]) })])).toContainEqual(
      expect.objectContaining({ kind: 'error_surge', pattern: null }),
    );
    expect(kinds(pattern(lines, { errors: errors([11, 9, 12]) }))).toEqual([]);
  });

  test('are errors that became a larger part of their pattern', () => {
    const quiet = { lines: [...USUAL, 100, 100, 100], errors: [...USUAL.map(() => 1), 9, 8, 10] };
    expect(findAnomalies([pattern([], quiet)])).toContainEqual({
      kind: 'error_share',
      pattern: 'p',
      seen: expect.closeTo(0.09, 3),
      usual: expect.closeTo(0.01, 3),
    });
    const few = { lines: quiet.lines, errors: [...NONE, 2, 3, 2] };
    expect(kinds(pattern([], few))).toEqual([]);
  });
});
