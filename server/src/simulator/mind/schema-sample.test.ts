import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sampleSchema } from './schema-sample.ts';

const satisfies = (schema: object, seed: number) =>
  z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(sampleSchema(schema, seed));

const scalar = fc.oneof(
  fc.record({
    type: fc.constant('integer'),
    minimum: fc.integer({ min: -50, max: 0 }),
    maximum: fc.integer({ min: 0, max: 50 }),
  }),
  fc.record({
    type: fc.constant('number'),
    exclusiveMinimum: fc.integer({ min: 0, max: 9 }),
    maximum: fc.integer({ min: 12, max: 50 }),
  }),
  fc.record({ type: fc.constant('integer'), multipleOf: fc.integer({ min: 1, max: 7 }) }),
  fc.record({
    type: fc.constant('string'),
    minLength: fc.integer({ min: 0, max: 20 }),
    maxLength: fc.integer({ min: 20, max: 40 }),
  }),
  fc.record({
    type: fc.constant('string'),
    format: fc.constantFrom('date', 'date-time', 'email', 'uuid', 'ipv4', 'uri'),
  }),
  fc.record({
    type: fc.constant('string'),
    pattern: fc.constantFrom('^[A-Z]{3}-\\d{2,4}$', '^(red|green)(, [a-f0-9]+)?$', '^\\w+@x\\.io$'),
  }),
  fc.record({ type: fc.constant('boolean') }),
  fc.record({ enum: fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }) }),
  fc.record({ const: fc.constantFrom('a', 7, true, null) }),
);

const { schema: anySchema } = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.record({
      type: fc.constant('array'),
      items: tie('schema'),
      minItems: fc.integer({ min: 0, max: 3 }),
      maxItems: fc.integer({ min: 3, max: 5 }),
    }),
    fc.dictionary(fc.constantFrom('name', 'city', 'size', 'tags'), tie('schema')).map((properties) => ({
      type: 'object',
      properties,
      required: Object.keys(properties),
      additionalProperties: false,
    })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
  ),
}));

describe('sampling a JSON schema', () => {
  it('gives a value that satisfies whatever schema it is given', () => {
    fc.assert(
      fc.property(anySchema, fc.nat(), (schema, seed) => {
        const checked = satisfies(schema, seed);
        expect(checked.error?.message, JSON.stringify(schema)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same value for the same seed', () => {
    const schema = { type: 'array', items: { type: 'string', format: 'uuid' }, minItems: 3 };
    expect(sampleSchema(schema, 5)).toEqual(sampleSchema(schema, 5));
    expect(sampleSchema(schema, 5)).not.toEqual(sampleSchema(schema, 6));
  });

  it('chooses numbers that a person would, whatever the bounds of the language are', () => {
    const bounds = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
    for (let seed = 0; seed < 20; seed += 1) {
      expect(sampleSchema({ type: 'integer', ...bounds }, seed)).toBeLessThanOrEqual(40);
      expect(sampleSchema({ type: 'integer', minimum: 500_000 }, seed)).toBeGreaterThanOrEqual(500_000);
    }
  });

  it('follows references, also recursive ones, to an end', () => {
    const node = {
      type: 'object',
      properties: { next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] }, id: { type: 'integer' } },
      required: ['next', 'id'],
    };
    const schema = { $ref: '#/$defs/node', $defs: { node } };
    for (let seed = 0; seed < 20; seed += 1) expect(satisfies(schema, seed).error).toBeUndefined();
  });

  it('folds allOf together', () => {
    const schema = {
      allOf: [
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        { type: 'object', properties: { b: { type: 'integer' } }, required: ['b'] },
      ],
    };
    expect(sampleSchema(schema, 1)).toEqual({ a: expect.any(String), b: expect.any(Number) });
  });

  it('uses the hint for a field of that name', () => {
    const schema = {
      type: 'object',
      properties: { City: { type: 'string' }, other: { type: 'string' } },
      required: ['City', 'other'],
    };
    expect(sampleSchema(schema, 1, { city: 'Oslo' })).toMatchObject({
      City: 'Oslo',
      other: expect.not.stringContaining('Oslo'),
    });
  });
});
