import { describe, expect, test } from 'vitest';
import { type ReportGroup, readFlows } from './read-flows.ts';

const group = (key: string, provider: string | null, more: Partial<ReportGroup> = {}): ReportGroup => ({
  ...{ key, provider, total_cost: 1, saved_usd: 0, request_count: 10, success_rate: 1 },
  ...more,
});
const names = { keyName: (id: string) => `app ${id}`, providerLevel: () => 'good' as const };

describe('the streams of the river', () => {
  test('carry the same amount in as out, by spend and by calls', () => {
    const groups = [
      group('a', 'openai', { total_cost: 3, saved_usd: 0.5 }),
      group('b', 'openai'),
      group('b', 'groq', { request_count: 4 }),
      group('b', null, { total_cost: 0, request_count: 6, success_rate: 0 }),
    ];
    for (const measure of ['spend', 'calls'] as const) {
      const { inflows, outflows } = readFlows(groups, { measure, ...names });
      const total = (streams: readonly { amount: number }[]) => streams.reduce((sum, { amount }) => sum + amount, 0);
      expect(total(inflows)).toBeCloseTo(total(outflows), 9);
      expect(total(inflows)).toBeCloseTo(measure === 'spend' ? 5.5 : 30, 9);
    }
  });

  test('name what reached no provider', () => {
    const groups = [group('a', 'openai', { saved_usd: 2 }), group('a', null, { total_cost: 0, request_count: 3 })];
    const last = (measure: 'spend' | 'calls') => readFlows(groups, { measure, ...names }).outflows.at(-1);
    expect(last('spend')).toMatchObject({ kind: 'cache', amount: 2 });
    expect(last('calls')).toMatchObject({ kind: 'stopped', amount: 3 });
  });

  test('say how well the calls of a key go', () => {
    const groups = [
      group('well', 'openai'),
      group('fair', 'openai', { success_rate: 0.95 }),
      group('badly', 'openai', { success_rate: 0.5 }),
    ];
    const { inflows } = readFlows(groups, { measure: 'calls', ...names });
    expect(Object.fromEntries(inflows.map(({ id, level }) => [id, level]))).toEqual({
      well: 'good',
      fair: 'warn',
      badly: 'bad',
    });
  });

  test('flow together where there are many', () => {
    const groups = Array.from({ length: 12 }, (_, at) => group(`k${at}`, 'openai', { total_cost: 12 - at }));
    const { inflows } = readFlows(groups, { measure: 'spend', ...names });
    expect(inflows.map(({ name }) => name)).toEqual(
      ['k0', 'k1', 'k2', 'k3', 'k4', 'k5'].map((id) => `app ${id}`).concat('6 others'),
    );
    expect(inflows.at(-1)?.amount).toBe(6 + 5 + 4 + 3 + 2 + 1);
  });
});
