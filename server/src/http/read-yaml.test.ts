import { describe, expect, test } from 'vitest';
import { isYaml, MAX_YAML_BYTES, readYaml } from './read-yaml.ts';

const read = (text: string) => readYaml(Buffer.from(text));

describe('a body in YAML', () => {
  test('becomes the JSON that it means', () => {
    const text = `
name: nightly  # a comment
steps:
  - name: ask
    type: approval
    config: &config { message: "Spend {{input.usd}}?" }
  - { name: again, type: approval, config: *config }
ratio: .nan
`;
    expect(read(text)).toEqual({
      name: 'nightly',
      steps: [
        { name: 'ask', type: 'approval', config: { message: 'Spend {{input.usd}}?' } },
        { name: 'again', type: 'approval', config: { message: 'Spend {{input.usd}}?' } },
      ],
      ratio: null,
    });
    expect(Object.getPrototypeOf(read('__proto__: { a: 1 }'))).toBe(Object.prototype);
  });

  test.each([
    ['a list that does not end', 'name: [1\nsecret: x', 'line 2, column 1'],
    ['a key twice', 'name: x\nsteps:\n  a: 1\n  a: 2', 'twice in one place: line 4, column 3'],
    ['quotes alone', '"'.repeat(1000), 'line 1'],
    ['brackets alone', '['.repeat(5000), 'line 1'],
    ['a list', '- a\n- b', 'must be a JSON object'],
    ['an anchor that is nowhere', 'a: *nobody', 'is not there'],
    ['300 levels', Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}k:`).join('\n'), 'max_json_depth'],
  ])('that is %s is refused with its place', (_name, text, place) => {
    expect(() => read(text)).toThrow(place);
  });

  test('that multiplies itself, is no UTF-8 or is too long is refused', () => {
    const nine = (name: string) => `[${Array(9).fill(name).join(', ')}]`;
    const bomb = ['b', 'c', 'd', 'e'].map((name, at) => `${name}: &${name} ${nine(`*${'abcd'[at]}`)}`);
    expect(() => read(`a: &a ${nine('x')}\n${bomb.join('\n')}`)).toThrow('anchors more than 100 times');
    expect(() => readYaml(Buffer.from([0x61, 0x3a, 0xff]))).toThrow('UTF-8');
    expect(() => read(`a: ${'x'.repeat(MAX_YAML_BYTES)}`)).toThrow('write a longer document as JSON');
  });

  test('that makes other readers take quadratic time takes linear time', () => {
    const cost = (of: (size: number) => string, size: number) => {
      const text = of(size);
      const { user, system } = process.cpuUsage();
      try {
        read(text);
      } catch {
        // What it says is not what is measured.
      }
      const used = process.cpuUsage();
      return used.user + used.system - user - system;
    };
    for (const text of [
      (size: number) => '"'.repeat(size),
      (size: number) => `a: ${'&a '.repeat(size / 3)}`,
      (size: number) => Array.from({ length: size / 10 }, (_, at) => `k${at}: v`).join('\n'),
    ]) {
      cost(text, 8000);
      expect(cost(text, 64_000)).toBeLessThan(40 * Math.max(20_000, cost(text, 8000)));
    }
  });
});

test('content types of YAML are known', () => {
  for (const type of ['application/yaml', 'text/yaml; charset=utf-8', 'application/x-yaml', 'Application/YAML']) {
    expect(isYaml(type)).toBe(true);
  }
  for (const type of [undefined, 'application/json', 'text/plain', 'application/yamlish']) {
    expect(isYaml(type)).toBe(false);
  }
});
