import { describe, expect, it } from 'vitest';
import { cellsOf, levelOf } from './report.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-03-01T00:00:00Z');

describe('reliability of providers over time', () => {
  it('has a row per provider that was asked, and a cell per hour', () => {
    const hour = (provider: string | null, at: number, sums: { request_count: number; success_rate: number }) => ({
      ...{ provider, ...sums },
      hour: new Date(START + at * HOUR).toISOString(),
    });
    const of = (request_count: number, success_rate: number) => ({ request_count, success_rate });
    const rows = cellsOf([hour('openai', 1, of(4, 0.5)), hour('anthropic', 0, of(1, 1)), hour(null, 0, of(9, 0))], {
      by: 'hour',
      timesMs: [START, START + HOUR],
    });
    expect(rows.map(({ provider, cells }) => [provider, ...cells.map(({ calls, share }) => [calls, share])])).toEqual([
      ['anthropic', [1, 1], [0, undefined]],
      ['openai', [0, undefined], [4, 0.5]],
    ]);
  });

  it.each([
    [undefined, 'none'],
    [1, 'good'],
    [0.99, 'good'],
    [0.98, 'warn'],
    [0.9, 'warn'],
    [0.89, 'bad'],
  ] as const)('says of a share of %s: %s', (share, level) => {
    expect(levelOf({ startMs: START, calls: 1, share })).toBe(level);
  });
});
