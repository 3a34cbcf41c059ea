import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { countMembers } from './count-members.ts';
import { hashRequest } from './hash-request.ts';

const EXCLUDED = new Set(['user', 'metadata', 'stream', 'stream_options', 'store']);
const keyOf = (json: JsonObject, parts: readonly string[] = ['p']) => hashRequest(parts, json, EXCLUDED).hash;

const body = fc.dictionary(
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ stringUnit: 'binary' }),
) as fc.Arbitrary<JsonObject>;

describe('the key of a request', () => {
  it('is the same for every order of members and for every way to write the same JSON', () => {
    fc.assert(
      fc.property(body, fc.infiniteStream(fc.boolean()), fc.constantFrom(0, 2, '\t'), (json, coins, indent) => {
        const shuffled = JSON.parse(JSON.stringify(reordered(json, coins), undefined, indent)) as JsonObject;
        expect(keyOf(shuffled)).toBe(keyOf(JSON.parse(JSON.stringify(json))));
      }),
    );
  });

  it('does not depend on who asks and how the reply travels', () => {
    fc.assert(
      fc.property(body, fc.constantFrom(...EXCLUDED), fc.jsonValue(), (json, name, value) => {
        expect(keyOf({ ...json, [name]: value as Json })).toBe(keyOf({ ...without(json, name) }));
      }),
    );
  });

  it('leaves out those members only at the top', () => {
    expect(keyOf({ tools: [{ user: 'a' }] })).not.toBe(keyOf({ tools: [{ user: 'b' }] }));
  });

  it('changes with every other change', () => {
    fc.assert(
      fc.property(body, body, (left, right) => {
        const [a, b] = [normal(left), normal(right)];
        if (JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))) expect(keyOf(a)).toBe(keyOf(b));
        else expect(keyOf(a)).not.toBe(keyOf(b));
      }),
    );
    fc.assert(
      fc.property(body, fc.string(), fc.jsonValue(), (json, name, value) => {
        const before = normal(json);
        const after = normal({ ...json, [name]: value as Json });
        fc.pre(JSON.stringify(sorted(before)) !== JSON.stringify(sorted(after)));
        expect(keyOf(after)).not.toBe(keyOf(before));
      }),
    );
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['types', { a: '1' }, { a: 1 }],
    ['null and absent', { a: null }, {}],
    ['nesting', { a: [[1], 2] }, { a: [1, [2]] }],
    ['where a text ends', { a: ['ab', 'c'] }, { a: ['a', 'bc'] }],
    ['a text that looks like the next one', { a: 's1:x' }, { a: ['x'] }],
    ['order in lists', { a: [1, 2] }, { a: [2, 1] }],
    ['halves of surrogate pairs', { a: '\ud800' }, { a: '\udfff' }],
    ['a half and the character for broken text', { a: '\ud800' }, { a: '\ufffd' }],
    ['compositions of one character', { a: 'é' }, { a: 'e\u0301' }],
    ['__proto__', JSON.parse('{"__proto__": 1}'), {}],
    ['case', { a: 'Hi' }, { a: 'hi' }],
  ])('tells apart %s', (_what, left, right) => {
    expect(keyOf(left)).not.toBe(keyOf(right));
  });

  it('depends on every part besides the body, and on where one ends', () => {
    const json = { a: 1 };
    const keys = [['a', 'b'], ['ab', ''], ['a'], ['a', 'b', ''], ['b', 'a']].map((parts) => keyOf(json, parts));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('counts as many members as the bytes have, unless a name stands twice', () => {
    fc.assert(
      fc.property(body, fc.constantFrom(0, 1), (json, indent) => {
        const text = JSON.stringify(json, undefined, indent);
        expect(hashRequest([], JSON.parse(text), EXCLUDED).members).toBe(countMembers(Buffer.from(text)));
      }),
    );
    for (const twice of ['{"a":1,"a":2}', '{"m":[{"c":"x","c":"y"}]}', '{"user":{"a":1,"a":[]}}']) {
      const { members } = hashRequest([], JSON.parse(twice), EXCLUDED);
      expect(members).toBeLessThan(countMembers(Buffer.from(twice)));
    }
  });
});

function normal(json: JsonObject): JsonObject {
  const kept = Object.entries(JSON.parse(JSON.stringify(json))).filter(([name]) => !EXCLUDED.has(name));
  return Object.fromEntries(kept) as JsonObject;
}

function without(json: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([other]) => other !== name));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => [name, sorted(item)]);
}

function reordered(value: Json, coins: fc.Stream<boolean>): Json {
  if (Array.isArray(value)) return value.map((item) => reordered(item, coins));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, reordered(item as Json, coins)] as const);
  const turned = entries.filter(() => coins.next().value === true);
  return Object.fromEntries([...turned, ...entries.filter((entry) => !turned.includes(entry))]);
}
