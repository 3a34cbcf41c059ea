import { describe, expect, it } from 'vitest';
import { checkFields, type FieldRule } from './check-fields.ts';

const RULES: readonly FieldRule[] = [
  { name: 'model', kinds: ['string'], required: true },
  { name: 'n', kinds: ['integer'], min: 1, max: 8 },
  { name: 'stop', kinds: ['string', 'array'], max: 2 },
  { name: 'options', kinds: ['object'] },
  { name: 'share', kinds: ['number'] },
];

describe('checking fields', () => {
  it.each([
    [{}, { path: 'model', problem: 'missing', got: 'nothing' }],
    [{ model: null }, { path: 'model', problem: 'missing' }],
    [{ model: 5 }, { path: 'model', problem: 'type', expected: 'a string', got: 'an integer' }],
    [
      { model: 'm', n: 1.5 },
      { path: 'n', problem: 'type', expected: 'an integer', got: 'a number' },
    ],
    [
      { model: 'm', n: 0 },
      { path: 'n', problem: 'range', expected: 'at least 1', got: '0' },
    ],
    [
      { model: 'm', n: 9 },
      { path: 'n', problem: 'range', expected: 'at most 8', got: '9' },
    ],
    [
      { model: 'm', stop: true },
      { path: 'stop', problem: 'type', expected: 'a string or an array', got: 'a boolean' },
    ],
    [
      { model: 'm', stop: ['a', 'b', 'c'] },
      { path: 'stop', problem: 'range', got: '3' },
    ],
    [
      { model: 'm', options: [] },
      { path: 'options', problem: 'type', expected: 'an object', got: 'an array' },
    ],
    [
      { model: 'm', share: '0.5' },
      { path: 'share', problem: 'type', got: 'a string' },
    ],
  ])('finds what is wrong with %j', (value, problem) => {
    expect(checkFields(value, RULES)).toMatchObject(problem);
  });

  it.each([
    { model: 'm' },
    { model: 'm', n: 1, stop: 'x', options: {}, share: 1 },
    { model: 'm', n: null, unknown: [] },
  ])('finds nothing wrong with %j', (value) => {
    expect(checkFields(value, RULES)).toBeUndefined();
  });

  it('names a nested field by its whole path', () => {
    expect(checkFields({}, RULES, 'tools[0].')?.path).toBe('tools[0].model');
  });
});
