import { describe, expect, it } from 'vitest';
import { byModel, type SpendGroup } from './report.ts';

const group = (model: string | null, total_cost: number): SpendGroup => ({
  ...{ model, total_cost, request_count: 1 },
  token_usage: { input: 1, output: 1, total: 2 },
});
const models = (groups: readonly SpendGroup[]) => byModel(groups, ({ total_cost }) => total_cost);

describe('spend by model', () => {
  it('has the dearest first, and nothing that cost nothing', () => {
    const found = models([group('a', 1), group('b', 3), group('free', 0), group('a', 1), group(null, 1.5)]);
    expect(found.map(({ model, own }) => [model, own.length])).toEqual([
      ['b', 1],
      ['a', 2],
      ['no model', 1],
    ]);
  });

  it('tells six apart, and of more the first five', () => {
    const many = (count: number) => models(Array.from({ length: count }, (_, at) => group(`m${at}`, at + 1)));
    expect(many(6)).toHaveLength(6);
    const found = many(9);
    expect(found.map(({ model }) => model)).toEqual(['m8', 'm7', 'm6', 'm5', 'm4', 'All others']);
    expect(found.at(-1)?.own).toHaveLength(4);
  });
});
