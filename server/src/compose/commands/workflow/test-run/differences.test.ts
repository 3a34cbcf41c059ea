import { describe, expect, test } from 'vitest';
import { differences } from './differences.ts';

describe('differences', () => {
  test('name the smallest place', () => {
    const expected = { status: 'completed', output: { a: [1, 2, { b: 'x' }], c: null } };
    const got = { status: 'completed', output: { a: [1, 3, { b: 'y' }, 4], d: 1 } };
    expect(differences(expected, got)).toEqual([
      { place: 'output.a.1', expected: 2, got: 3 },
      { place: 'output.a.2.b', expected: 'x', got: 'y' },
      { place: 'output.a.3', expected: undefined, got: 4 },
      { place: 'output.c', expected: null, got: undefined },
      { place: 'output.d', expected: undefined, got: 1 },
    ]);
  });

  test('are none of equal values, and the whole of values of different kinds', () => {
    expect(differences({ a: { b: 1 } }, { a: { b: 1 } })).toEqual([]);
    expect(differences({ a: 1 }, [1])).toEqual([{ place: '', expected: { a: 1 }, got: [1] }]);
    expect(differences({ a: '1' }, { a: 1 })).toEqual([{ place: 'a', expected: '1', got: 1 }]);
  });
});
