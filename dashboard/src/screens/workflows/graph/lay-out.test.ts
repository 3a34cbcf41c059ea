import { describe, expect, test } from 'vitest';
import { BOX, layOut } from './lay-out.ts';

const step = (name: string, more: object = {}) => ({ type: 'set', name, ...more });

describe('the picture of a workflow', () => {
  test('puts steps one after the other, along the way', () => {
    const { steps, lines } = layOut([step('one'), step('two')], 'right');
    expect(lines).toEqual([{ from: 'one', to: 'two', label: '' }]);
    expect(steps.map(({ path, y }) => [path, y])).toEqual([
      ['one', -BOX.height / 2],
      ['two', -BOX.height / 2],
    ]);
    expect(steps[1]?.x).toBeGreaterThan(BOX.width);
    const [, below] = layOut([step('one'), step('two')], 'down').steps;
    expect([below?.x, (below?.y ?? 0) > BOX.height]).toEqual([-BOX.width / 2, true]);
  });

  test('leads through branches and out of them, with paths as runs write them', () => {
    const { lines } = layOut(
      [
        { type: 'condition', name: 'large', config: { then: [step('ask')] } },
        { type: 'parallel', name: 'both', config: { steps: [step('left'), step('right')] } },
        { type: 'map', id: 'each', config: { steps: [step('work')] }, catch: [step('repair')] },
        step('end'),
      ],
      'right',
    );
    expect(lines).toEqual([
      { from: 'large', to: 'large/then/ask', label: 'yes' },
      { from: 'large', to: 'both', label: '' },
      { from: 'large/then/ask', to: 'both', label: '' },
      { from: 'both', to: 'both/left', label: '' },
      { from: 'both', to: 'both/right', label: '' },
      { from: 'both/left', to: 'each', label: '' },
      { from: 'both/right', to: 'each', label: '' },
      { from: 'each', to: 'each/work', label: 'each' },
      { from: 'each', to: 'each/catch/repair', label: 'on error' },
      { from: 'each/work', to: 'end', label: '' },
    ]);
  });

  test('puts beside each other what depends on the same step, and no two boxes over each other', () => {
    const { steps, lines } = layOut(
      [
        step('a'),
        step('b', { dependencies: ['a'] }),
        step('c', { dependencies: ['a'] }),
        step('d', { dependencies: ['b', 'c'] }),
      ],
      'right',
    );
    expect(lines.map(({ from, to }) => from + to)).toEqual(['ab', 'ac', 'bd', 'cd']);
    const [, b, c] = steps;
    expect(b?.x).toBe(c?.x);
    expect(Math.abs((b?.y ?? 0) - (c?.y ?? 0))).toBeGreaterThanOrEqual(BOX.height);
  });
});
