import { describe, expect, it } from 'vitest';
import { endOf } from './end-of-budget.ts';

const DAY = { usd: 10, period_starts_at: '2026-03-01T00:00:00Z', resets_at: '2026-03-02T00:00:00Z' };
const at = (clock: string) => Date.parse(`2026-03-01T${clock}:00Z`);

describe('the end of a budget', () => {
  it('is where the pace of its period leads', () => {
    expect(endOf({ ...DAY, used_usd: 5 }, at('06:00'))).toBe(at('12:00'));
    expect(endOf({ ...DAY, used_usd: 2.5 }, at('06:00'))).toBe('lasts');
    expect(endOf({ ...DAY, used_usd: 10 }, at('06:00'))).toBe('gone');
  });

  it('is not guessed from nothing, from the first minutes, or of a budget that is never fresh again', () => {
    expect(endOf({ ...DAY, used_usd: 0 }, at('06:00'))).toBe('lasts');
    expect(endOf({ ...DAY, used_usd: 5 }, at('00:10'))).toBe('lasts');
    expect(endOf({ ...DAY, resets_at: null, used_usd: 9 }, at('06:00'))).toBe('lasts');
  });
});
