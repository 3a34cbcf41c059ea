import { describe, expect, test } from 'vitest';
import { seeded } from '../../../../../test/campaigns/campaign.ts';
import { rateBand } from './rate-band.ts';

describe('the band of usual counts', () => {
  test('needs five windows', () => {
    expect(rateBand([3, 3, 3, 3])).toBeUndefined();
    expect(rateBand([3, 3, 3, 3, 3])).toBeDefined();
  });

  test('is wide where counts vary and narrow where they do not', () => {
    const calm = rateBand([100, 101, 99, 100, 102, 98]);
    const wild = rateBand([100, 10, 190, 40, 160, 100]);
    expect(calm?.low).toBeGreaterThan(50);
    expect(calm?.high).toBeLessThan(150);
    expect(wild?.low).toBeLessThan(10);
    expect(wild?.high).toBeGreaterThan(250);
  });

  test('of a pattern that was silent is near 0', () => {
    const band = rateBand([0, 0, 0, 0, 0, 0]);
    expect(band?.low).toBe(0);
    expect(band?.high).toBeLessThan(5);
  });

  test('does not jump where the exact sum gives way to the approximation', () => {
    const below = rateBand([199, 199, 199, 199, 199]) ?? { low: 0, high: 0 };
    const above = rateBand([200, 200, 200, 200, 200]) ?? { low: 0, high: 0 };
    expect(Math.abs(above.low - below.low)).toBeLessThan(5);
    expect(Math.abs(above.high - below.high)).toBeLessThan(5);
  });

  test.each([0.5, 3, 20, 150, 2000])('leaves out few ordinary counts of mean %d', (mean) => {
    const random = seeded(7);
    let outside = 0;
    const tries = 1000;
    for (let at = 0; at < tries; at++) {
      const history = Array.from({ length: 12 }, () => poisson(mean, random));
      const band = rateBand(history);
      const next = poisson(mean, random);
      if (band !== undefined && (next < band.low || next > band.high)) outside++;
    }
    expect(outside / tries).toBeLessThan(0.02);
  });
});

function poisson(mean: number, random: () => number): number {
  if (mean > 500) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + normal * Math.sqrt(mean)));
  }
  let count = 0;
  for (let product = random(); product > Math.exp(-mean); product *= random()) count++;
  return count;
}
