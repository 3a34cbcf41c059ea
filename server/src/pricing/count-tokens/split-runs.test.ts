import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countPlainTokens } from './count-chat-tokens.ts';
import { countTexts } from './encode.ts';
import { MAX_RUN_CHARACTERS, splitRuns } from './split-runs.ts';

const HOSTILE = ['a', ' ', '\n', '!', '字', '👩', '\u0301', '!\u0301', 'a\u0301', '々字', '!…', ' \n', 'aA'];

describe('splitting runs', () => {
  it('leaves prose as it is', () => {
    const prose = 'A sentence of some words, and another one.\n'.repeat(500);
    expect(splitRuns(prose)).toEqual([prose]);
  });

  it('loses and adds nothing, and never halves a character', () => {
    const run = fc.tuple(fc.constantFrom(...HOSTILE, 'word ', '12'), fc.integer({ min: 1, max: 700 }));
    fc.assert(
      fc.property(fc.array(run, { maxLength: 6 }), (runs) => {
        const text = runs.map(([piece, times]) => piece.repeat(times)).join('');
        const pieces = splitRuns(text);
        expect(pieces.join('')).toBe(text);
        for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
      }),
    );
  });

  it.each(['a', ' ', '\n', '!', '字'])('cuts a run of %j', (piece) => {
    const longest = Math.max(...splitRuns(piece.repeat(10_000)).map((part) => part.length));
    expect(longest).toBeLessThanOrEqual(MAX_RUN_CHARACTERS);
  });
});

describe('counting hostile texts', () => {
  it.each(HOSTILE)('takes less than 100 ms of CPU for 80 KB of %j in either vocabulary', async (piece) => {
    const text = piece.repeat(Math.ceil(80_000 / piece.length));
    for (const encoding of ['o200k_base', 'cl100k_base'] as const) {
      await countTexts(['warm'], encoding);
      const before = process.cpuUsage();
      await countTexts([text], encoding);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(100);
    }
  });

  it('counts a cut text to within one token per cut, and does not call it exact', async () => {
    // In o200k eight letters a are one token.
    const { tokens, exact } = await countPlainTokens('gpt-4o', ['a'.repeat(4096)]);
    expect(exact).toBe(false);
    expect(Math.abs(tokens - 4096 / 8)).toBeLessThanOrEqual(4096 / MAX_RUN_CHARACTERS);
  });

  it('estimates what no model could take instead of counting it', async () => {
    const count = await countPlainTokens('gpt-4o', ['word '.repeat(2_000_000)]);
    expect(count).toEqual({ tokens: 2_500_000, exact: false });
  });
});
