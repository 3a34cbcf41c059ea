import { describe, expect, test } from 'vitest';
import { readDocument } from './read-document.ts';

/** Message and fix of the first problem; the JSON when there is none. */
function read(text: string) {
  const result = readDocument(text);
  return 'problems' in result ? `${result.problems[0]?.message} ${result.problems[0]?.fix}` : result.json;
}

describe('a document as text', () => {
  test('in YAML becomes the JSON that it means', () => {
    const text = `
name: nightly  # a comment
steps:
  - name: ask
    type: approval
    config: &config { message: "Spend {{input.usd}}?" }
  - { name: again, type: approval, config: *config }
`;
    expect(read(text)).toEqual({
      name: 'nightly',
      steps: [
        { name: 'ask', type: 'approval', config: { message: 'Spend {{input.usd}}?' } },
        { name: 'again', type: 'approval', config: { message: 'Spend {{input.usd}}?' } },
      ],
    });
  });

  test('in JSON may be longer than in YAML', () => {
    expect(read(`  ${JSON.stringify({ a: 'x'.repeat(100_000) })}`)).toEqual({ a: 'x'.repeat(100_000) });
    expect(read(`a: ${'x'.repeat(100_000)}`)).toContain('Write a longer document as JSON.');
  });

  test.each([
    ['a list that does not end', 'name: [1\nsecret: x', 'line 2, column 1: '],
    ['a key twice', 'name: x\nsteps:\n  a: 1\n  a: 2', 'line 4, column 3: The key is there twice Write each key once.'],
    ['quotes alone', '"'.repeat(1000), 'line 1, column 3: '],
    ['brackets alone', '['.repeat(5000), 'line 1, column '],
    ['an anchor that is nowhere', 'a: *nobody', 'Aliases'],
    ['a tag', 'a: !!js/function x', 'Remove the tag'],
    ['300 levels', Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}k:`).join('\n'), 'nested deeper than 64'],
    ['no number', 'a: .nan', 'NaN is not a number of JSON.'],
    ['a prototype', '__proto__: { a: 1 }', '__proto__ is not a key.'],
  ])('that is %s is refused with its place', (_name, text, place) => {
    expect(read(text)).toContain(place);
  });

  test('that multiplies itself is refused', () => {
    const nine = (name: string) => `[${Array(9).fill(name).join(', ')}]`;
    const bomb = ['b', 'c', 'd', 'e'].map((name, at) => `${name}: &${name} ${nine(`*${'abcd'[at]}`)}`);
    expect(read(`a: &a ${nine('x')}\n${bomb.join('\n')}`)).toContain('Aliases stand for more than 100 values.');
  });

  test('that makes YAML readers take quadratic time takes linear time', () => {
    const cost = (of: (size: number) => string, size: number) => {
      const text = of(size);
      const { user, system } = process.cpuUsage();
      read(text);
      const used = process.cpuUsage();
      return used.user + used.system - user - system;
    };
    for (const text of [
      (size: number) => '"'.repeat(size),
      (size: number) => `a: ${'&a '.repeat(size / 3)}`,
      (size: number) => Array.from({ length: size / 10 }, (_, at) => `k${at}: v`).join('\n'),
    ]) {
      cost(text, 8000);
      // Eight times the length costs eight times as much; sixty-four times if it were quadratic.
      expect(cost(text, 64_000)).toBeLessThan(40 * Math.max(20_000, cost(text, 8000)));
    }
  });
});
