import { expect, test } from 'vitest';
import { readFlow } from '../definition/read-flow.ts';
import type { Flow } from '../flow.ts';
import { boundsAt, isWithin } from './bounds.ts';

const budget = { calls: 1 };
const set = (name: string, more: object = {}) => ({ name, type: 'set', config: { values: 1 }, ...more });
const flow = (() => {
  const read = readFlow({
    name: 'f',
    steps: [
      {
        ...{ name: 'each', type: 'map', budget },
        config: {
          items: [1],
          steps: [
            {
              ...{ name: 'if', type: 'condition', budget },
              config: { condition: { type: 'exists', path: 'input' }, then: [set('work', { budget })], else: [] },
              catch: [set('instead', { budget })],
            },
          ],
        },
      },
    ],
  } as never);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.flow as Flow;
})();
const paths = (path: string) => boundsAt(flow, { runId: 'r', path }).map((bound) => bound.path);

test('a place is bound by the budgets of the steps around it and its own, the outermost first', () => {
  expect(paths('each[3]/if/then/work')).toEqual(['each', 'each[3]/if', 'each[3]/if/then/work']);
  expect(paths('each')).toEqual(['each']);
});

test('what stands in for a failed step is not in its budget', () => {
  expect(paths('each[3]/if/catch/instead')).toEqual(['each', 'each[3]/if/catch/instead']);
  expect(isWithin('each[3]/if/catch/instead', 'each[3]/if')).toBe(false);
  expect(isWithin('each[3]/if/catch/instead', 'each')).toBe(true);
});

test('a step of a name that begins alike is another one', () => {
  expect(isWithin('each[3]/if/then/work', 'each[3]/if')).toBe(true);
  expect(isWithin('each[31]/if', 'each[3]/if')).toBe(false);
  expect(isWithin('each-more', 'each')).toBe(false);
  expect(isWithin('anything', undefined)).toBe(true);
});
