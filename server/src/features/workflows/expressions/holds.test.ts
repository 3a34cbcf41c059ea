import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWeirError } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';
import type { Condition, Scope } from '../flow.ts';
import { holds } from './holds.ts';

const scope: Scope = {
  input: {
    lang: 'en',
    n: 5,
    half: 2.5,
    limit: 100,
    tags: ['a', 'b'],
    big: 2 ** 53,
    nothing: null,
    long: 'ab'.repeat(200_000),
  },
  steps: {
    'fetch-repo': {
      status: 'completed',
      output: { stargazers_count: 500, text: '500', items: [{ id: 1 }, { id: 2 }] },
      raw: { isError: false },
      error: null,
    },
    skipped: { status: 'skipped', output: null, error: null },
  },
  run: { id: 'run_1' },
  env: {},
  workflow: {},
};

type Operator = Extract<Condition, { kind: 'operator' }>['operator'];

function compared(operator: Operator, path: string, value?: Json): boolean | string {
  return verdict({ kind: 'operator', operator, path, value });
}

function cel(expression: string, within: Scope = scope): boolean | string {
  return verdict({ kind: 'cel', expression }, within);
}

function verdict(condition: Condition, within: Scope = scope): boolean | string {
  try {
    return holds(condition, within);
  } catch (error) {
    if (isWeirError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const STARS = 'steps.fetch-repo.output.stargazers_count';

describe('operators of the seed', () => {
  it.each<[Operator, string, Json | undefined, boolean]>([
    ['gt', STARS, 100, true],
    ['gt', STARS, 500, false],
    ['gte', STARS, 500, true],
    ['lt', STARS, 501, true],
    ['lte', STARS, 499, false],
    ['equals', STARS, 500, true],
    ['equals', 'steps.fetch-repo.output.text', 500, false],
    ['equals', 'input.tags', ['a', 'b'], true],
    ['equals', 'input.nothing', null, true],
    ['notEquals', 'input.lang', 'de', true],
    ['contains', 'input.lang', 'e', true],
    ['contains', 'input.tags', 'b', true],
    ['contains', 'input.tags', 'c', false],
    ['contains', 'steps.fetch-repo.output.items', { id: 2 }, true],
    ['contains', 'steps.fetch-repo.output', 'text', true],
    ['contains', 'steps.fetch-repo.output', 'toString', false],
    ['exists', STARS, undefined, true],
    ['exists', 'steps.fetch-repo.output.nope', undefined, false],
    ['exists', 'input.nothing', undefined, false],
    ['exists', 'steps.skipped.output.x', false, true],
    ['exists', 'steps.nobody.output', undefined, false],
    ['gt', `{{${STARS}}}`, 100, true],
    ['gt', STARS, '{{input.limit}}', true],
    ['equals', 'steps.fetch-repo.output.isError', false, true],
  ])('%s %s %j is %s', (operator, path, value, expected) => {
    expect(compared(operator, path, value)).toBe(expected);
  });

  it.each<[Operator, string, Json | undefined, RegExp]>([
    ['gt', 'steps.fetch-repo.output.text', 100, /steps\.fetch-repo\.output\.text is a string, not a number/],
    ['lt', 'input.nothing', 100, /input\.nothing is null/],
    ['gt', STARS, '100', /stargazers_count is compared with a string/],
    ['gt', 'steps.fetch-repo.output.stargazer_count', 1, /Did you mean steps\.fetch-repo\.output\.stargazers_count\?/],
    ['equals', 'input.langs', 'en', /Did you mean input\.lang\?/],
    ['contains', 'input.n', '5', /input\.n is a number, which contains nothing/],
    ['contains', 'input.lang', 5, /cannot contain a number/],
    ['equals', 'input.lang == 1', 1, /is not/],
  ])('%s %s %j is an error that names the path', (operator, path, value, message) => {
    expect(compared(operator, path, value)).toMatch(/^request\.invalid: /);
    expect(compared(operator, path, value)).toMatch(message);
  });
});

describe('CEL', () => {
  it.each<[string, boolean]>([
    ['steps["fetch-repo"].output.stargazers_count > 100 && input.lang == "en"', true],
    ['steps["fetch-repo"].output.stargazers_count + 1 == 501', true],
    ['input.half > 2', true],
    ['input.half * 2.0 == 5.0', true],
    ['input.big > 1000.0', true],
    ['has(input.nope)', false],
    ['has(input.lang)', true],
    ['has(input.nope) && input.nope > 1', false],
    ['"a" in input.tags', true],
    ['"constructor" in input', false],
    ['input.tags.exists(tag, tag == "b")', true],
    ['steps["fetch-repo"].output.items.filter(one, one.id > 1).size() == 1', true],
    ['steps["fetch-repo"].output.items[1].id == 2', true],
    ['size(steps) == 2', true],
    ['input.lang.startsWith("e") && input.lang.matches("^[a-z]{2}$")', true],
    ['input.nothing == null', true],
    ['lang == "en"', true],
    ['steps["fetch-repo"].output.isError == false', true],
    ['steps.skipped.status == "skipped"', true],
    ['has(steps.skipped.output.x)', false],
    ['steps.skipped.status == "completed" && steps.skipped.output.x == 1', false],
  ])('%s is %s', (expression, expected) => {
    expect(cel(expression)).toBe(expected);
  });

  it.each([
    ['input.n >', /not a CEL expression: at character \d+/],
    ['input.n', /is a number, not true or false/],
    ['input.lang', /is a text, not true or false/],
    ['input.lng == "en"', /Did you mean input\.lang\?/],
    ['steps.fetch-repo.output > 1', /Did you mean steps\.fetch-repo\?/],
    ['input.n + 0.5 > 1.0', /convert/],
    ['{{input.n}} > 1', /without \{\{ and \}\}/],
    ['input.constructor == 1', /input\.constructor does not exist/],
    ['input.__proto__ == 1', /does not exist/],
    [`${'('.repeat(100)}true${')'.repeat(100)}`, /nested deeper/],
    [`"${'a'.repeat(2000)}" == ""`, /more than 1000 characters/],
    ['process.exit(1)', /process|failed/],
  ])('%s is an error that says what to do', (expression, message) => {
    expect(cel(expression)).toMatch(/^request\.invalid: /);
    expect(cel(expression)).toMatch(message);
  });

  it('stops loops within loops, texts that double and patterns over long texts', () => {
    const ten = '[1,2,3,4,5,6,7,8,9,10]';
    const loops = `${ten}.all(a, ${ten}.all(b, ${ten}.all(c, ${ten}.all(d, ${ten}.all(e, true)))))`;
    const doubling = `${ten}.all(a, ${ten}.all(b, ${ten}.all(c, (input.long + input.long + input.long).size() > 0)))`;
    const patterns = `${ten}.all(a, ${ten}.all(b, ${ten}.all(c, input.long.matches("(a*)*c") || true)))`;
    for (const expression of [loops, doubling, patterns]) expect(cel(expression)).toMatch(/takes too long/);
  });

  it('looks at a bounded amount of data', () => {
    const large = { ...scope, input: { text: 'x'.repeat(3 * 1024 * 1024), n: 1 } };
    expect(cel('input.text == ""', large)).toMatch(/too much data/);
    expect(cel('input.n == 1', large)).toBe(true);
  });

  it('throws nothing but a WeirError, whatever is written', () => {
    const pieces = fc.constantFrom(
      'input',
      '.',
      'n',
      '>',
      '1',
      '"',
      '[',
      ']',
      '(',
      ')',
      '&&',
      'has',
      'all',
      'x',
      ',',
      '-',
      '?',
    );
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 10 }), (parts) => {
        const result = cel(parts.join(' '));
        expect(typeof result === 'boolean' || result.startsWith('request.invalid: ')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
