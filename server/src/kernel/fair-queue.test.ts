import { expect, test } from 'vitest';
import { FairQueue } from './fair-queue.ts';

/** Items are named after their owner: `a1` belongs to a. */
function queueOf(...items: string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.push({ owner: item.slice(0, 1), size: 1, item });
  return queue;
}

/** Takes items out, each using what its owner's items use. */
function served(queue: FairQueue<string>, costs: Readonly<Record<string, number>>, count: number): string[] {
  const order: string[] = [];
  for (let at = 0; at < count; at++) {
    const item = queue.shift();
    if (item === undefined) return order;
    order.push(item);
    queue.spend(item.slice(0, 1), costs[item.slice(0, 1)] ?? 1);
  }
  return order;
}

test('owners that use as much take turns, each in its own order', () => {
  const queue = queueOf('a1', 'a2', 'a3', 'b1', 'b2', 'c1');
  expect(served(queue, {}, 9)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
});

test('many items of an owner that needs little pass before the second one of an owner that needs much', () => {
  const quick = Array.from({ length: 50 }, (_, at) => `q${at}`);
  const order = served(queueOf('s1', 's2', 's3', ...quick), { s: 100, q: 1 }, 60);
  expect(order.slice(0, 2)).toEqual(['s1', 'q0']);
  expect(order.indexOf('s2')).toBe(51);
});

test('an owner that waits for each of its items does not get ahead by it', () => {
  const queue = queueOf('s1', 'q1', 'q2', 'q3', 'q4');
  expect(served(queue, { s: 100 }, 2)).toEqual(['s1', 'q1']);
  queue.push({ owner: 's', size: 1, item: 's2' });
  expect(served(queue, { s: 100 }, 9)).toEqual(['q2', 'q3', 'q4', 's2']);
});

test('an owner that comes late is not ahead of those that wait', () => {
  const queue = queueOf('a1', 'a2', 'a3');
  expect(served(queue, { a: 10 }, 1)).toEqual(['a1']);
  queue.push({ owner: 'n', size: 1, item: 'n1' });
  queue.push({ owner: 'n', size: 1, item: 'n2' });
  expect(served(queue, { a: 10 }, 9)).toEqual(['a2', 'n1', 'n2', 'a3']);
});

test('what was used is forgotten when nobody waits any more', () => {
  const queue = queueOf('a1');
  expect(served(queue, { a: 100 }, 2)).toEqual(['a1']);
  for (const item of ['a2', 'b1']) queue.push({ owner: item.slice(0, 1), size: 1, item });
  expect(served(queue, {}, 2)).toEqual(['a2', 'b1']);
});

test('the size of what an owner has waiting is known, and whoever waits can be sent away', () => {
  const queue = queueOf('a1', 'a2', 'b1');
  queue.shift();
  expect([queue.waiting('a'), queue.waiting('b'), queue.waiting('z')]).toEqual([1, 1, 0]);
  expect(queue.clear().sort()).toEqual(['a2', 'b1']);
  expect(queue.shift()).toBeUndefined();
});
