import { describe, expect, test } from 'vitest';
import { windowOf } from '../testing/window-of.ts';
import { readAdvice } from './read-advice.ts';

const [one, two] = windowOf({ a: { lines: { INFO: 5 } }, b: { lines: { INFO: 3 } } }).patterns;
const patterns = new Map(
  [
    ['P1', one],
    ['P2', two],
  ].map(([id, pattern]) => [id as string, pattern as NonNullable<typeof one>]),
);
const read = (answer: unknown) => readAdvice(typeof answer === 'string' ? answer : JSON.stringify(answer), patterns);

describe('the answer of a model', () => {
  test('gives weights and names by real pattern ids, from JSON in a fence or a sentence', () => {
    const answer = {
      reasoning: 'r',
      patterns: [{ id: 'P2', class: 'audit', name: ' Log\n in ' }],
      merges: [['P1', 'P2']],
    };
    const advice = read(`Sure:\n\`\`\`json\n${JSON.stringify(answer)}\n\`\`\`\nBye.`);
    expect(advice?.weights).toEqual(new Map([['b', 16]]));
    expect(advice?.names).toEqual(new Map([['b', 'Log in']]));
    expect(advice).toMatchObject({ merges: [['a', 'b']], locks: [], boost: undefined, rejected: 0 });
  });

  test.each([
    [1, 2],
    [99, 5],
    [3.5, 3.5],
    ['3', undefined],
  ])('with the boost %s counts as %s', (anomaly_boost, boost) => {
    expect(read({ reasoning: 'r', patterns: [], anomaly_boost })?.boost).toBe(boost);
  });

  test('loses what is about nothing we asked for, and says how much', () => {
    const entries = [
      { id: 'P3', class: 'audit' },
      { id: 'P1', class: 'constructor' },
      'P1',
      null,
      { id: 'a', class: 'audit' },
    ];
    const advice = read({ reasoning: 'r', patterns: entries, merges: [['P1', 'P9']], locks: ['P8', 'P1'] });
    expect(advice).toMatchObject({ merges: [], locks: ['a'], rejected: 7 });
    expect(advice?.weights.size).toBe(0);
  });

  test.each([['prose'], ['[]'], ['{"patterns":[]}'], ['{"reasoning":"r"}'], ['{"reasoning":"r","patterns":[}'], ['']])(
    'is none when it is %s',
    (answer) => {
      expect(read(answer)).toBeUndefined();
    },
  );

  test('keeps reasoning short and on one line', () => {
    const advice = read({ reasoning: `a\u0007b\n${'x'.repeat(5000)}`, patterns: [] });
    expect(advice?.reasoning).toMatch(/^a ?b x+$/);
    expect(advice?.reasoning.length).toBeLessThanOrEqual(2000);
  });
});
