import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/campaigns/campaign.ts';
import { isKeptAt, keyRandomness, thresholdText, traceRandomness } from './randomness.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const WHOLE = 2n ** 56n;

describe('the consistent decision', () => {
  it('is the comparison of 56 bits that OpenTelemetry makes', () => {
    const random = seeded(7);
    for (let at = 0; at < 20_000; at++) {
      const rate = at % 3 === 0 ? random() : random() ** 12;
      const threshold = BigInt((1 - rate) * 2 ** 56);
      const near = threshold + BigInt(Math.floor(random() * 64) - 32);
      const r = at % 2 === 0 ? BigInt(Math.floor(random() * 2 ** 53)) * 8n + 5n : near;
      if (r < 0n || r >= WHOLE) continue;
      const traceId = `4bf92f3577b34da6a3${r.toString(16).padStart(14, '0')}`;
      expect([rate, r, isKeptAt(rate, traceRandomness(traceId))]).toEqual([rate, r, r >= threshold]);
    }
  });

  it('keeps nothing at rate 0, everything at rate 1, and what is no number', () => {
    for (const randomness of [0, 0.3, 1 - 2 ** -53]) {
      expect(isKeptAt(0, randomness)).toBe(false);
      expect(isKeptAt(1, randomness)).toBe(true);
    }
    expect(isKeptAt(0.5, Number.NaN)).toBe(true);
  });

  it('keeps at a higher rate what it keeps at a lower one', () => {
    const random = seeded(3);
    for (let at = 0; at < 5000; at++) {
      const [low, high] = [random(), random()].sort() as [number, number];
      const randomness = keyRandomness(`request-${at}`);
      if (isKeptAt(low, randomness)) expect(isKeptAt(high, randomness)).toBe(true);
    }
  });

  it('finds no randomness where there is no trace', () => {
    for (const id of ['', '0'.repeat(32), 'abc', 'request-1234567890', `${TRACE.slice(1)}g`]) {
      expect(traceRandomness(id)).toBe(-1);
    }
    expect(traceRandomness(TRACE.toUpperCase())).toBe(traceRandomness(TRACE));
    expect(traceRandomness(TRACE.slice(16))).toBe(traceRandomness(TRACE));
  });

  it('spreads keys evenly', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let at = 0; at < 20_000; at++) tenths[Math.floor(keyRandomness(`session:${at}`) * 10)]! += 1;
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});

describe('what OpenTelemetry reads', () => {
  it.each([
    [1, '0'],
    [0.5, '8'],
    [0.25, 'c'],
    [0.2, 'ccccccccccccd'],
    [0.01, 'fd70a3d70a3d7'],
  ])('the threshold of %d is %s', (rate, text) => {
    expect(thresholdText(rate)).toBe(text);
  });
});
