import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWeirError } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';
import type { Scope, StepView } from '../flow.ts';
import { render } from './render.ts';

function over(output: Json, more: Partial<StepView> = {}): StepView {
  return { status: 'completed', output, error: null, ...more };
}

const scope: Scope = {
  input: {
    owner: 'anthropics',
    n: 5,
    yes: true,
    nothing: null,
    'a key': 1,
    list: [{ x: 1 }, { x: 2 }],
    status: 'mine',
  },
  steps: {
    'fetch-data': over(
      { stargazers_count: 500, title: 'a "quoted" <b>', nested: { deep: [1, 2] } },
      { raw: { content: [{ type: 'text' }], structuredContent: { x: 1 } } },
    ),
    'analyze-code': over({ content: 'fine' }),
    'fetch-repo': over({ name: 'sdk' }),
    skipped: over(null, { status: 'skipped' }),
    broken: over(null, { status: 'failed', error: { code: 'upstream.timeout', message: 'late' } }),
  },
  run: { id: 'run_1' },
  env: { REGION: 'eu' },
  workflow: { totalCost: 0.1, totalTokens: 34, timestamp: '2026-11-28T00:00:00Z' },
};

function refusal(template: Json, within: Scope = scope): string {
  try {
    render(template, within);
  } catch (error) {
    if (isWeirError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'was rendered';
}

describe('render', () => {
  it('WD1: escapes nothing', () => {
    expect(render('Title: {{steps.fetch-data.output.title}}', scope)).toBe('Title: a "quoted" <b>');
  });

  it('WD2: prints objects and lists inside text as compact JSON', () => {
    expect(render('Data: {{steps.analyze-code.output}} {{input.list}}', scope)).toBe(
      'Data: {"content":"fine"} [{"x":1},{"x":2}]',
    );
  });

  it.each<[string, Json]>([
    ['{{input.n}}', 5],
    ['{{ input.yes }}', true],
    ['{{input.nothing}}', null],
    ['{{input.list}}', [{ x: 1 }, { x: 2 }]],
    ['{{steps.analyze-code.output}}', { content: 'fine' }],
    ['{{{input.n}}}', 5],
  ])('WD3: a lone expression keeps its type: %s', (template, value) => {
    expect(render(template, scope)).toEqual(value);
  });

  it.each([
    ['{{input.ownr}}', 'input.ownr does not exist: input has no "ownr". Did you mean input.owner?'],
    [
      '{{steps.fetch-data.output.stargazer_count}}',
      'steps.fetch-data.output.stargazer_count does not exist: steps.fetch-data.output has no "stargazer_count". Did you mean steps.fetch-data.output.stargazers_count?',
    ],
    ['{{steps.fetch-dat.output}}', 'Did you mean steps.fetch-data?'],
    ['{{ownr}}', 'Did you mean owner?'],
    ['{{steps.skipped.output.x}}', 'steps.skipped.output is null (the step is skipped)'],
    ['{{steps.broken.output.x}}', 'steps.broken.output is null (the step is failed)'],
    ['{{input.list[7].x}}', 'input.list has no [7]'],
    ['{{input.owner.x}}', 'input.owner is a string'],
    ['{{nowhere.at.all}}', 'no "nowhere" in the input, the steps or the scope'],
    ['{{input["no such key"]}}', 'input["no such key"] does not exist'],
  ])('WD4: a missing path is an error that names it and the nearest: %s', (template, message) => {
    expect(refusal(template)).toContain('request.invalid: ');
    expect(refusal(template)).toContain(message);
  });

  it('WD5: renders when it is asked, with the steps that are over by then', () => {
    const template = { text: '{{steps.inner.output}}' };
    expect(refusal(template)).toContain('steps.inner.output');
    const later = { ...scope, steps: { ...scope.steps, inner: over('done') } };
    expect(render(template, later)).toEqual({ text: 'done' });
  });

  it('WD10: reads the settings it is given and no others', () => {
    expect(render('{{env.REGION}}', scope)).toBe('eu');
    expect(refusal('{{env.PATH}}')).toContain('env has no "PATH"');
  });

  it('WD12: looks in what the tool gave when its unwrapped output lacks a key', () => {
    expect(render('{{steps.fetch-data.output.structuredContent.x}}', scope)).toBe(1);
    expect(render('{{steps.fetch-data.raw.content[0].type}}', scope)).toBe('text');
  });

  it.each<[string, Json]>([
    ['{{owner}}', 'anthropics'],
    ['{{analyze-code.content}}', 'fine'],
    ['{{analyze-code}}', { content: 'fine' }],
    ['{{analyze-code.status}}', 'completed'],
    ['{{repo.name}}', 'sdk'],
    [
      '${{workflow.totalCost}} for {{workflow.totalTokens}} at {{workflow.timestamp}}',
      '$0.1 for 34 at 2026-11-28T00:00:00Z',
    ],
    ['{{status}}', 'mine'],
  ])('takes the bare names of the second dialect: %s', (template, value) => {
    expect(render(template, scope)).toEqual(value);
  });

  it.each<[string, Json]>([
    ['{{input.list[1].x}}', 2],
    ['{{input.list.1.x}}', 2],
    ['{{input.list.length}}', 2],
    ["{{input['a key']}}", 1],
    ['{{ steps["fetch-data"].output.nested.deep[0] }}', 1],
    ['{{item.x ?? index ?? "none"}}', 'none'],
    ['{{input.nothing ?? 3}}', 3],
    ['{{steps.skipped.output ?? null}}', null],
    ["{{steps.skipped.output.x ?? 'it''s'}}", 'request.invalid'],
  ])('reads %s', (template, value) => {
    if (value === 'request.invalid') expect(refusal(template)).toContain(value);
    else expect(render(template, scope)).toEqual(value);
  });

  it.each([
    ['\\{{input.n}}', '{{input.n}}'],
    ['\\\\{{input.n}}', '\\5'],
    ['a } b }} {', 'a } b }} {'],
    ['{{"{{"}}', '{{'],
    ['{{ input.n }}{{ input.n }}', '55'],
    ['', ''],
  ])('writes literal braces: %s', (template, text) => {
    expect(render(template, scope)).toBe(text);
  });

  it.each([
    ['{{input.n', 'is not closed'],
    ['{{}}', 'is not a path'],
    ['{{input..n}}', 'is not a path'],
    ['{{json input}}', 'is not a path'],
    ['{{#if input.yes}}x{{/if}}', 'another template language'],
    ['{{input["n}}', 'is not a path'],
    ['{{{input.n}}', 'is not a path'],
  ])('refuses %s and says how to write it', (template, message) => {
    expect(refusal(template)).toMatch(/^request\.invalid: /);
    expect(refusal(template)).toContain(message);
    expect(refusal(template)).toMatch(/Write|Close/);
  });

  it('renders strings anywhere in a template and leaves keys and other values alone', () => {
    const template = { '{{input.n}}': ['{{input.n}}', 1, null, { deep: 'x{{input.n}}', plain: '\\{{' }] };
    expect(render(template, scope)).toEqual({ '{{input.n}}': [5, 1, null, { deep: 'x5', plain: '{{' }] });
  });

  it('counts what it makes: a small template over a large output is refused', () => {
    const large = { ...scope, input: { text: 'x'.repeat(1024 * 1024), list: [Array(200_000).fill('abcdefgh')] } };
    expect(render('{{input.text}}', large)).toHaveLength(1024 * 1024);
    expect(refusal('{{input.text}}'.repeat(5), large)).toContain('request.too_large');
    expect(refusal(Array(5).fill('{{input.text}}'), large)).toContain('request.too_large');
    expect(refusal(Array(5).fill('{{input.list}}'), large)).toContain('request.too_large');
  });

  it('refuses values that are nested too deep to be written', () => {
    let deep: Json = 'x';
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(refusal('{{input}}', { ...scope, input: deep })).toContain('nested deeper');
    expect(refusal('in text {{input}}', { ...scope, input: deep })).toContain('nested deeper');
  });

  it('takes time in proportion to the text, whatever it holds', () => {
    const secondsFor = (piece: string, times: number): number => {
      const text = `${piece.repeat(times)}${times}`;
      const before = process.cpuUsage().user;
      refusal(text);
      return process.cpuUsage().user - before;
    };
    for (const piece of ['\\{{', '{{"', '{{input.n}}', '}}', '\\']) {
      secondsFor(piece, 1000);
      const [few, many] = [secondsFor(piece, 10_000), secondsFor(piece, 100_000)];
      expect(many).toBeLessThan(50 * few + 200_000);
    }
  });
});

/** Names that are worth trying against an object: own ones, and those every object has from its prototype. */
const names = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'input', 'steps'),
  fc.constantFrom('fetch-data', 'output', 'raw', 'n', 'list', '0', 'env'),
  fc.string({ maxLength: 8 }),
);
const templates = fc.oneof(
  fc.array(names, { minLength: 1, maxLength: 5 }).map((path) => `{{${path.join('.')}}}`),
  fc
    .array(fc.constantFrom('{{', '}}', '{', '\\', '"', "'", '[', ']', '.', '??', ' ', 'input', 'n', '0'), {
      maxLength: 12,
    })
    .map((pieces) => pieces.join('')),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

describe('whatever the template says', () => {
  it('render throws nothing but a WeirError', () => {
    fc.assert(
      fc.property(fc.oneof(templates, fc.jsonValue(), fc.array(templates)), (template) => {
        expect(refusal(template as Json)).toMatch(/^(was rendered|request\.)/);
      }),
      { numRuns: 2000 },
    );
  });

  it('never reads what an object has from its prototype', () => {
    const inherited = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf'];
    const starts = [
      '',
      'input.',
      'input.owner.',
      'input.list.',
      'input.list[0].',
      'steps.',
      'steps.fetch-data.',
      'env.',
      'run.',
    ];
    for (const start of starts)
      for (const name of inherited) {
        expect(refusal(`{{${start}${name}}}`)).toContain('does not exist');
        expect(refusal(`{{${start}${name}.constructor}}`)).toContain('does not exist');
        expect(render(`{{${start}${name} ?? "own"}}`, scope)).toBe('own');
      }
  });

  it('keeps a key called __proto__ a key', () => {
    const rendered = render(JSON.parse('{"__proto__": {"x": "{{input.n}}"}}'), scope) as object;
    expect(Object.getPrototypeOf(rendered)).toBe(Object.prototype);
    expect(JSON.stringify(rendered)).toBe('{"__proto__":{"x":5}}');
  });

  it('gives any JSON value back as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const within = { ...scope, input: { value: value as Json } };
        expect(render('{{input.value}}', within)).toEqual(value);
        if (typeof value !== 'string') expect(render('={{input.value}}', within)).toBe(`=${JSON.stringify(value)}`);
      }),
    );
  });
});
