import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertJsonWithin } from './request-guard-json.ts';

const within = (text: string, limits = { maxDepth: 4, maxMembers: 10 }) => assertJsonWithin(Buffer.from(text), limits);

describe('the limits of a JSON body', () => {
  test('let a body through that just fits', () => {
    expect(() => within('{"a":{"b":[[1,2,3,4,5,6,7,8,9,10,11,12]]}}')).not.toThrow();
  });

  test('refuse one level more, naming the setting', () => {
    expect(() => within('{"a":{"b":[[[]]]}}')).toThrow(/server\.max_json_depth \(4\)/);
  });

  test('refuse too many members, naming the setting', () => {
    const members = Array.from({ length: 10 }, (_, at) => `"k${at}":1`);
    expect(() => within(`{${members.join(',')}}`)).toThrow(/server\.max_json_members \(10\)/);
    expect(() => within(`{${members.slice(1).join(',')}}`)).not.toThrow();
  });

  test('refuse too many empty objects', () => {
    expect(() => within(`[${Array(10).fill('{}').join(',')}]`)).toThrow(/max_json_members/);
  });

  test('do not count what stands inside strings', () => {
    const brackets = '[{:'.repeat(50);
    expect(() => within(JSON.stringify({ a: brackets, b: `"\\"${brackets}\\`, c: `x\\\\"${brackets}` }))).not.toThrow();
  });

  test('agree with what the parsed value holds, for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 1, max: 6 }), (value, maxDepth) => {
        const text = JSON.stringify(value);
        const { depth, members } = measure(value);
        const limits = { maxDepth, maxMembers: 5 };
        const check = () => within(text, limits);
        if (depth > maxDepth || members > 5) expect(check).toThrow();
        else expect(check).not.toThrow();
      }),
    );
  });

  test('stop at the limit, however much follows', () => {
    const deep = Buffer.from('['.repeat(100_000) + ']'.repeat(100_000));
    expect(() => assertJsonWithin(deep, { maxDepth: 128, maxMembers: 100_000 })).toThrow(/max_json_depth/);
  });

  test('cost a hostile body less than 50 ms of CPU', () => {
    const members = Array.from({ length: 1_000_000 }, (_, at) => `"k${at}":1`).join(',');
    const bodies = [`{${members}}`, '{"a":'.repeat(1_000_000), '[{}'.repeat(1_000_000)].map((text) =>
      Buffer.from(text),
    );
    for (const body of bodies) {
      const before = process.cpuUsage();
      expect(() => assertJsonWithin(body, { maxDepth: 128, maxMembers: 100_000 })).toThrow();
      expect(process.cpuUsage(before).user).toBeLessThan(50_000);
    }
  });

  test('leave broken JSON to the parser', () => {
    for (const text of ['"unclosed', '{"a":"\\', ']]]]]]]]]]]]', '"\\"\\"\\"\\"'])
      expect(() => within(text)).not.toThrow();
  });
});

function measure(value: unknown): { depth: number; members: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, members: 0 };
  const children = Object.values(value).map(measure);
  const own = Array.isArray(value) ? 1 : 1 + children.length;
  return {
    depth: 1 + Math.max(0, ...children.map(({ depth }) => depth)),
    members: children.reduce((sum, { members }) => sum + members, own),
  };
}
