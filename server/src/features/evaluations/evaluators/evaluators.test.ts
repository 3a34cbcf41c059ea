import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { EvaluatedCall, EvaluatorServices } from '../../../ports/evaluator.ts';
import { randomNumbers } from '../statistics/random.ts';
import { bestPairs } from './best-pairs.ts';
import { EVALUATORS, evaluatorNamed } from './registry.ts';

const CALL: EvaluatedCall = { latencyMs: 900, costNano: 2_000_000, toolCalls: [], finishReason: 'stop' };
const NO_SERVICES: EvaluatorServices = {
  schemaProblem: async (text) => (text.startsWith('{') ? undefined : 'is no object'),
  ask: () => Promise.reject(new Error('nobody judges here')),
};

interface Given {
  readonly options?: JsonObject;
  readonly call?: Partial<EvaluatedCall>;
}

async function scoreOf(name: string, sides: [value: Json, expected?: Json], { options = {}, call }: Given = {}) {
  const [value, expected = null] = sides;
  const evaluator = evaluatorNamed(name);
  return (await evaluator?.score({ value, expected, options, call: { ...CALL, ...call } }, NO_SERVICES))?.score;
}

describe('deterministic evaluators', () => {
  test.each<[string, [Json, Json?], number, Given?]>([
    ['exact', ['Paris', 'Paris'], 1],
    ['exact', [' paris', 'Paris'], 0],
    ['exact', [' paris', 'Paris'], 1, { options: { trim: true, ignoreCase: true } }],
    ['exact', [{ a: [1] }, { a: [1] }], 1],
    ['equals', ['a', 'b'], 0],
    ['contains', ['the capital is Paris', 'Paris'], 1],
    ['contains', ['the capital is Paris', ['paris', 'capital']], 0.5],
    ['contains', ['the capital is Paris', ['paris', 'capital']], 1, { options: { ignoreCase: true } }],
    ['contains', [['a', { b: 1 }], [{ b: 1 }]], 1],
    ['contains-any', ['x y', ['z', 'y']], 1],
    ['contains-any', ['x y', ['z']], 0],
    ['starts-with', ['Dear Ada', 'dear'], 0],
    ['starts-with', ['Dear Ada', 'dear'], 1, { options: { ignoreCase: true } }],
    ['regex', ['order 4711 is on its way', '\\d{4}'], 1],
    ['regex', ['order', '^\\d'], 0],
    ['levenshtein', ['kitten', 'sitting'], 0.5714],
    ['levenshtein', ['', ''], 1],
    ['levenshtein', ['', 'abc'], 0],
    ['levenshtein', ['a😀b', 'a😀c'], 0.6667],
    ['numeric-diff', [9, 10], 0.9474],
    ['numeric-diff', ['9', 10], 0.9474],
    ['numeric-diff', [0, 0], 1],
    ['numeric-diff', [-1, 1], 0],
    ['numeric-diff', ['nine', 10], 0],
    [
      'json-diff',
      [
        { a: 1, b: 'x' },
        { a: 1, b: 'y' },
      ],
      0.5,
    ],
    ['json-diff', ['{"a":1}', '{"a":1}'], 1],
    ['json-diff', ['no json', { a: 1 }], 0],
    ['json-diff', [[1, 2], [1]], 0.5],
    ['json-diff', [{ a: null }, { a: 1 }], 0],
    ['json-diff', [{}, {}], 1],
    [
      'list-contains',
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
      0.5,
    ],
    [
      'list-contains',
      [
        ['b', 'a', 'x'],
        ['a', 'b'],
      ],
      0.6667,
    ],
    [
      'list-contains',
      [
        ['b', 'a', 'x'],
        ['a', 'b'],
      ],
      1,
      { options: { allowExtra: true } },
    ],
    ['list-contains', [[], ['a']], 0],
    ['valid-json', ['[1]'], 1],
    ['valid-json', ['[1'], 0],
    ['json-schema', ['{"a":1}', { type: 'object' }], 1],
    ['json-schema', ['[1]', { type: 'object' }], 0],
    ['cost', ['', null], 1, { options: { max: 0.002 } }],
    ['cost', ['', 0.001], 0],
    ['latency', ['', 900], 1],
    ['latency', ['', 899], 0],
    ['refusal', ["I'm sorry, but I can't help with that."], 1],
    ['refusal', ['Sure, here is the answer: I cannot recall ever seeing it fail.'], 1],
    ['refusal', ['Sure, here is how.'], 0],
    ['refusal', ['anything'], 1, { call: { finishReason: 'refusal' } }],
  ])('%s of %j is %d', async (name, sides, expected, given) => {
    expect(await scoreOf(name, sides, given)).toBeCloseTo(expected, 4);
  });

  const weather = { name: 'weather', arguments: { city: 'Rome', unit: 'C' } };
  const time = { name: 'time', arguments: {} };
  test.each<[string, Json, number, Given]>([
    ['the call, with arguments nobody asked about', { name: 'weather', arguments: { city: 'Rome' } }, 1, {}],
    ['a name alone', 'weather', 1, {}],
    ['another argument', { name: 'weather', arguments: { city: 'Oslo' } }, 0, {}],
    ['both in any order', ['time', 'weather'], 1, { call: { toolCalls: [weather, time] } }],
    ['both in order', ['time', 'weather'], 0, { call: { toolCalls: [weather, time] }, options: { order: true } }],
    ['one twice, made once', ['weather', 'weather'], 0.5, {}],
    ['a call too many', 'weather', 0.5, { call: { toolCalls: [weather, time] } }],
    ['a call too many, allowed', 'weather', 1, { call: { toolCalls: [weather, time] }, options: { allowExtra: true } }],
    ['no call, none made', [], 1, { call: { toolCalls: [] } }],
  ])('tool-use expects %s', async (_title, expected, score, { options = {}, call = { toolCalls: [weather] } }) => {
    expect(await scoreOf('tool-use', ['', expected], { options, call })).toBe(score);
  });

  test.each<[string, [Json, Json?], JsonObject]>([
    ['regex', ['a', '(?=a)'], {}],
    ['regex', ['a', '(a)\\1'], {}],
    ['regex', ['a', 5], {}],
    ['numeric-diff', [1, 'many'], {}],
    ['list-contains', [[], 'a'], {}],
    ['starts-with', ['a', 1], {}],
    ['json-schema', ['{}', 'no schema'], {}],
    ['cost', ['', null], {}],
    ['tool-use', ['', 5], {}],
    ['levenshtein', ['ab'.repeat(3000), 'cd'.repeat(3000)], {}],
  ])('%s refuses what it cannot work with', async (name, sides, options) => {
    await expect(scoreOf(name, sides, { options })).rejects.toMatchObject({ code: 'request.invalid' });
  });

  test('a pattern that would hang other engines is over at once', async () => {
    const before = process.cpuUsage().user;
    await scoreOf('regex', [`${'a'.repeat(40)}!`, '^(a+)+$']);
    expect(process.cpuUsage().user - before).toBeLessThan(500_000);
  });

  test('have names of their own', () => {
    expect(new Set(EVALUATORS.map(({ name }) => name)).size).toBe(EVALUATORS.length);
    expect(evaluatorNamed('constructor')).toBeUndefined();
  });
});

test('lists are paired so that the sum is largest, like trying every pairing', () => {
  const next = randomNumbers(3);
  const best = (values: number[][], at = 0, taken = 0): number => {
    const row = values[at];
    if (row === undefined) return 0;
    let most = best(values, at + 1, taken);
    for (const [column, value] of row.entries()) {
      if ((taken >> column) & 1) continue;
      most = Math.max(most, value + best(values, at + 1, taken | (1 << column)));
    }
    return most;
  };
  for (let round = 0; round < 100; round++) {
    const [rows, columns] = [1 + (next() % 5), 1 + (next() % 5)];
    const values = Array.from({ length: rows }, () => Array.from({ length: columns }, () => next() / 2 ** 32));
    expect(bestPairs(values)).toBeCloseTo(best(values), 9);
  }
});
