import { expect, test } from 'vitest';
import { watchMemory } from './memory-watch.ts';

const MIB = 1_048_576;

function watchAt(limitMib: number) {
  const reading = { residentBytes: 10 * MIB, heapShare: 0.1 };
  const watch = watchMemory({ limitBytes: limitMib * MIB, read: () => reading, collect() {} });
  return (residentMib: number, heapShare = 0.1) => {
    Object.assign(reading, { residentBytes: residentMib * MIB, heapShare });
    watch.look();
    return watch.isShort();
  };
}

test('memory is short above the limit, and enough again only well below it', () => {
  const isShortAt = watchAt(100);
  expect([100, 101, 99, 96, 95, 99].map((mib) => isShortAt(mib))).toEqual([false, true, true, true, false, false]);
});

test('a heap near its end is short of memory, whatever the machine has', () => {
  const isShortAt = watchAt(1000);
  expect([0.9, 0.91, 0.87, 0.8].map((share) => isShortAt(10, share))).toEqual([false, true, true, false]);
});

test('while memory is short it is collected at once and then every few seconds', () => {
  let collected = 0;
  const reading = { residentBytes: 200, heapShare: 0.1 };
  const watch = watchMemory({ limitBytes: 100, read: () => reading, collect: () => collected++ });
  const looks = (count: number) => {
    for (let look = 0; look < count; look++) watch.look();
    return collected;
  };
  expect([looks(1), looks(24), looks(1)]).toEqual([1, 1, 2]);
  reading.residentBytes = 10;
  expect(looks(100)).toBe(2);
});

test('a real collection leaves the process running', async () => {
  const watch = watchMemory({ limitBytes: 1 });
  watch.look();
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(watch.isShort()).toBe(true);
});

test('nothing is short in a process that just began', () => {
  const watch = watchMemory({ limitBytes: undefined });
  watch.look();
  expect(watch.isShort()).toBe(false);
});
