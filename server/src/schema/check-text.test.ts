import { describe, expect, it } from 'vitest';
import { seeded } from '../../../test/campaigns/campaign.ts';
import { requirement } from '../../../test/support/requirement.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import { checkText } from './check-text.ts';
import { compileSchema } from './compile-schema.ts';
import { jsonCandidates } from './extract-json.ts';
import { linearPattern } from './linear-pattern.ts';
import { repairJson } from './repair-json.ts';
import { schemaFacts } from './schema-facts.ts';

const PERSON: JsonObject = {
  type: 'object',
  properties: { name: { type: 'string' }, n: { type: 'integer', minimum: 0 } },
  required: ['name', 'n'],
  additionalProperties: false,
};

function check(text: string, schema: JsonObject = PERSON, repair = true) {
  return checkText({ text, isJson: true, repair, sanitize: 'none' }, compileSchema(schema));
}

describe(requirement('B1'), () => {
  it('a valid reply is the very text that came, whatever its spaces and spelling of numbers', () => {
    const text = ' {"n": 3e0,\n "name": "a\\u0062"}\n';
    expect(check(text)).toEqual({ outcome: 'valid', text, sanitized: false, problems: [] });
  });

  it('says of every problem its kind, its place and whether it can be recovered from, never a value of the reply', () => {
    const { outcome, problems } = check('{"name":"secret words","n":-1,"x":1}');
    expect(outcome).toBe('invalid');
    expect(problems).toEqual([
      { error_type: 'schema', message: 'must NOT have additional properties: "x"', path: '', recoverable: true },
      { error_type: 'schema', message: 'must be >= 0', path: '/n', recoverable: true },
    ]);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });

  it.each([
    ['prefixItems', { prefixItems: [{ type: 'string' }] }, '["a"]', '[1]'],
    ['dependentRequired', { dependentRequired: { a: ['b'] } }, '{"a":1,"b":2}', '{"a":1}'],
    ['unevaluatedProperties', { properties: { a: {} }, unevaluatedProperties: false }, '{"a":1}', '{"b":1}'],
    [
      '$dynamicRef',
      { $dynamicAnchor: 'n', properties: { c: { $dynamicRef: '#n' } }, type: 'object' },
      '{"c":{}}',
      '{"c":1}',
    ],
    ['format', { type: 'string', format: 'email' }, '"a@example.com"', '"nobody"'],
    ['pattern', { type: 'string', pattern: '^\\d{3}$' }, '"123"', '"12a"'],
    [
      '$ref',
      { $defs: { t: { type: 'array', items: { $ref: '#/$defs/t' } } }, $ref: '#/$defs/t' },
      '[[],[[]]]',
      '[[1]]',
    ],
    ['draft-07', { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }] }, '["a"]', '[1]'],
    ['required own members only', { required: ['toString'] }, '{"toString":1}', '{}'],
  ])('knows %s of JSON Schema', (_name, schema, good, bad) => {
    expect(check(good, schema as JsonObject).outcome).toBe('valid');
    expect(check(bad, schema as JsonObject, false).outcome).toBe('invalid');
  });

  it('never takes one pattern for another', () => {
    const schema = { properties: { a: { pattern: '^a+$' }, b: { pattern: '^b+$' } } };
    expect(check('{"a":"aa","b":"bb"}', schema).outcome).toBe('valid');
    expect(check('{"a":"aa","b":"aa"}', schema, false).outcome).toBe('invalid');
    expect(String(linearPattern('x', []))).not.toBe(String(linearPattern('y', [])));
  });
});

describe(requirement('B4'), () => {
  it.each([
    ['repaired', '{"name":"a","n":3,}'],
    ['repaired', "{'name':'a','n':3}"],
    ['repaired', '{"name":"a","n":3'],
    ['repaired', '{"name":"a", /* x */ "n":3}'],
    ['repaired', '{name: "a", n: 3}'],
    ['extracted', '```json\n{"name":"a","n":3}\n```'],
    ['extracted', 'Sure! Here it is: {"name":"a","n":3} Hope that helps.'],
    ['extracted', 'Two {braces} and [1] before: {"name":"a","n":3}'],
    ['extracted', 'So:\n```\n{"name":"a","n":3,}\n```\nDone.'],
    ['extracted', '{"name":"a","n":3} # done'],
    ['extracted', '{"wrong":1}\n\nBetter:\n{"name":"a","n":3}'],
  ])('%s: %j', (outcome, text) => {
    const verdict = check(text);
    expect(JSON.parse(verdict.text)).toEqual({ name: 'a', n: 3 });
    expect(['repaired', 'extracted']).toContain(verdict.outcome);
    if (outcome === 'repaired') expect(verdict.outcome).toBe('repaired');
    expect(verdict.problems.length).toBeGreaterThan(0);
  });

  it.each(['no json at all', '', '   ', '"a"', '{"name":"a"}', '```json\n```', '{{{{', '[1, 2', '}{'])(
    'does not invent a reply out of %j',
    (text) => {
      expect(check(text).outcome).toBe('invalid');
    },
  );

  it('mends nothing where it was told not to', () => {
    expect(check('{"name":"a","n":3,}', PERSON, false)).toMatchObject({
      outcome: 'invalid',
      problems: [{ error_type: 'syntax', path: '', recoverable: true }],
    });
  });

  it('without a schema checks the syntax alone', () => {
    const any = (text: string) => checkText({ text, isJson: true, repair: true, sanitize: 'none' }, undefined);
    expect(any('{"a":[1,null]}').outcome).toBe('valid');
    expect(any('{"a":[1,null]').outcome).toBe('repaired');
    expect(any('words').outcome).toBe('invalid');
  });
});

describe('hostile replies and schemas', () => {
  const timed = (run: () => unknown): number => {
    const started = performance.now();
    run();
    return performance.now() - started;
  };

  it('tries a catastrophic pattern in linear time', () => {
    const schema = { type: 'string', pattern: '^(a+)+$' };
    expect(timed(() => check(JSON.stringify(`${'a'.repeat(50_000)}!`), schema, false))).toBeLessThan(1000);
    expect(check(JSON.stringify('a'.repeat(100)), schema).outcome).toBe('valid');
  });

  it('does not try patterns that have no linear form, and names them', () => {
    const compiled = compileSchema({ type: 'string', pattern: '^(?=.*x)\\w+$' });
    expect(compiled.untried).toEqual(['^(?=.*x)\\w+$']);
    expect(compiled.validate('anything')).toEqual([]);
  });

  it('refuses patterns that are none, remote references and keywords with wrong values', () => {
    expect(() => compileSchema({ pattern: '(' })).toThrow(/regular expression/);
    expect(() => compileSchema({ $ref: 'https://example.com/schema.json' })).toThrow(/reference/);
    expect(() => compileSchema({ type: 'strng' })).toThrow();
  });

  it.each([
    'email',
    'uri',
    'date-time',
    'hostname',
    'ipv6',
    'uuid',
    'uri-template',
    'json-pointer',
    'duration',
    'regex',
  ])('tries the format %s of hostile texts in proportion to their length', (format) => {
    const compiled = compileSchema({ type: 'string', format });
    const texts = ['a', 'a.', 'a-', '%', '/', ':', '0', '{a}', 'a@', '.a@a.', '::', '((', 'a+', '~0'];
    for (const text of texts) {
      expect(
        timed(() => compiled.validate(`${text.repeat(20_000)}!`)),
        text,
      ).toBeLessThan(1500);
    }
  });

  it('survives brackets twenty thousand deep, closed or not', () => {
    for (const text of ['['.repeat(20_000), '{"a":'.repeat(20_000), `${'['.repeat(20_000)}${']'.repeat(20_000)}`]) {
      expect(timed(() => expect(check(text).outcome).toBe('invalid'))).toBeLessThan(1000);
    }
    expect(repairJson('['.repeat(20_000))).toBeUndefined();
  });

  it('looks for JSON in a megabyte of anything in one pass', () => {
    for (const piece of ['{', '"{', '```', '```json\n{', '{}', '[]x', '\\"', '{"a":"\\']) {
      const text = `x${piece.repeat(1_000_000 / piece.length)}`;
      expect(
        timed(() => jsonCandidates(text)),
        piece,
      ).toBeLessThan(1000);
    }
  });

  it('takes a member called __proto__ for a member and nothing else', () => {
    const verdict = check('{"name":"a","n":1,"__proto__":{"x":1}}', PERSON, false);
    expect(verdict.outcome).toBe('invalid');
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('knows which schemas have no bound', () => {
    const weight = (schema: JsonObject) => schemaFacts(schema, 1, { maxCharacters: 1e6, maxDepth: 64 }).weight;
    expect(weight(PERSON)).toBeLessThan(20);
    expect(weight({ $ref: '#' })).toBe(Number.POSITIVE_INFINITY);
    expect(weight({ uniqueItems: true })).toBe(Number.POSITIVE_INFINITY);
    const bomb: JsonObject = { d0: { type: 'string' } };
    for (let at = 1; at < 30; at++) {
      bomb[`d${at}`] = { allOf: [{ $ref: `#/$defs/d${at - 1}` }, { $ref: `#/$defs/d${at - 1}` }] };
    }
    expect(weight({ $defs: bomb, $ref: '#/$defs/d29' })).toBe(Number.POSITIVE_INFINITY);
  });

  it('refuses schemas that are too large or too deep, naming the setting', () => {
    let deep: JsonObject = {};
    for (let at = 0; at < 100; at++) deep = { not: deep };
    expect(schemaFacts(deep, 1, { maxCharacters: 10, maxDepth: 64 }).problem).toContain('validation.max_schema_depth');
    expect(schemaFacts({}, 11, { maxCharacters: 10, maxDepth: 64 }).problem).toContain('max_schema_characters');
  });
});

it('recovers any JSON from prose, fences and missing ends, or says that it cannot, but never gives something invalid', () => {
  const random = seeded(7);
  const compiled = compileSchema({ type: 'object', required: ['k'], properties: { k: { type: 'number' } } });
  let recovered = 0;
  for (let at = 0; at < 400; at++) {
    const text = damaged(JSON.stringify(randomObject(random, 3)), random);
    const verdict = checkText({ text, isJson: true, repair: true, sanitize: 'none' }, compiled);
    if (verdict.outcome === 'invalid') continue;
    recovered++;
    expect(compiled.validate(JSON.parse(verdict.text) as Json), text).toEqual([]);
  }
  expect(recovered).toBeGreaterThan(200);
});

function randomObject(random: () => number, depth: number): JsonObject {
  const object: JsonObject = { k: Math.round(random() * 1000) };
  for (let at = 0; at < random() * 4; at++) {
    object[`m"${at}{[`] = depth > 0 && random() < 0.5 ? randomObject(random, depth - 1) : 'text, with "quotes" and }]';
  }
  return object;
}

function damaged(json: string, random: () => number): string {
  const ways: ((text: string) => string)[] = [
    (text) => text,
    (text) => `Here you are: ${text} Anything else?`,
    (text) => `\`\`\`json\n${text}\n\`\`\``,
    (text) => text.slice(0, Math.ceil(text.length * random())),
    (text) => `${text.slice(0, -1)},}`,
    (text) => text.replaceAll('"k"', "'k'"),
    (text) => `${text}${text}`,
  ];
  return (ways[Math.floor(random() * ways.length)] as (text: string) => string)(json);
}
