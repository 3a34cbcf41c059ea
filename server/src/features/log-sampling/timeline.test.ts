import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixedTimeline, GrowingTimeline } from './timeline.ts';

/** Counts times by window as a tally does. */
function counted(times: readonly number[], most: number): { counts: number[]; all: number[] } {
  let counts = new Array<number>(most).fill(0);
  const timeline = new GrowingTimeline({
    most,
    regroup(to) {
      const moved = new Array<number>(most).fill(0);
      for (const [at, count] of counts.entries()) if (count > 0) moved[to(at)] = (moved[to(at)] ?? 0) + count;
      counts = moved;
    },
  });
  for (const time of times) {
    const at = timeline.windowOf(time);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { counts: counts.slice(timeline.first, timeline.end), all: counts };
}

test('a known period is divided evenly, and what is outside has no window', () => {
  const { windowOf } = fixedTimeline({ from: 1000, to: 3000, windows: 4 });
  expect([999, 1000, 1499, 1500, 2999, 3000].map(windowOf)).toEqual([-1, 0, 0, 1, 3, -1]);
});

test('an even stream gives even windows, whatever its length, more than half of the most', () => {
  for (const seconds of [64, 640, 64_000]) {
    const { counts } = counted(
      Array.from({ length: seconds }, (_, at) => 1_700_000_000_000 + at * 1000),
      40,
    );
    expect(counts.length).toBeGreaterThan(20);
    expect(counts.length).toBeLessThanOrEqual(40);
    expect(new Set(counts.slice(1, -1)).size).toBe(1);
  }
});

test('no line is lost or counted twice, in whatever order times come, and the ends of the windows hold some', () => {
  const time = fc.integer({ min: -1e12, max: 4e12 });
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 60 }), fc.integer({ min: 2, max: 50 }), (times, most) => {
      const { counts, all } = counted(times, most);
      expect(all).toHaveLength(most);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(times.length);
      expect(counts[0]).toBeGreaterThan(0);
      expect(counts.at(-1)).toBeGreaterThan(0);
    }),
  );
});
