import { describe, expect, it } from 'vitest';
import { isWeirError } from '../kernel/errors.ts';
import { compileTemplate, TEMPLATE_LIMITS, type TemplateOptions } from './compile-template.ts';
import type { TemplateData } from './evaluate/scope.ts';

function render(source: string, data: TemplateData = {}, options: TemplateOptions = {}): string {
  return compileTemplate(source, options).render(data);
}

function reason(source: string, data: TemplateData = {}, options: TemplateOptions = {}) {
  try {
    render(source, data, options);
  } catch (thrown) {
    if (isWeirError(thrown)) return { code: thrown.code, message: thrown.message, ...thrown.details };
  }
  return undefined;
}

describe('a template', () => {
  it('prints values as Python does', () => {
    const data = { list: [1, 2.5, "it's", null, true, { a: [] }] };
    expect(render('{{ list }} {{ 1 / 2 }} {{ 4 / 2 }} {{ none }}', data)).toBe(
      `[1, 2.5, "it's", None, True, {'a': []}] 0.5 2.0 None`,
    );
  });

  it('takes a whole number of JSON for an int and any other for a float', () => {
    expect(render('{{ a }} {{ b }} {{ c }} {{ a // 2 }}', { a: 5, b: 5.5, c: 5.0 })).toBe('5 5.5 5 2');
    expect(reason('{{ a }}', { a: 2 ** 53 })?.message).toContain('send it as a string');
  });

  it('says which variable is missing, where, and which was probably meant', () => {
    expect(reason('Hello\n  {{ studnet_name }}', { student_name: 'Ada' })).toEqual({
      code: 'request.invalid',
      message: 'The template, line 2, column 3: the variable "studnet_name" is missing; did you mean "student_name"?',
      template: 'missing',
      line: 2,
      column: 3,
      variable: 'studnet_name',
    });
    expect(reason('{{ user.adress }}', { user: { address: 1 } })?.message).toContain('did you mean "address"?');
  });

  it('never repeats a value in a message', () => {
    for (const source of ['{{ s + 1 }}', '{{ d[s] }}', '{{ s|int + s }}', '{{ s() }}', '{{ d.x }}', '{{ "%d" % s }}']) {
      expect(reason(source, { s: 'private words', d: { 'private words too': 1 } })?.message).not.toMatch(/private/);
    }
  });

  it('names the partial in which something is wrong', () => {
    const partials = { head: 'Dear\n{{ nobody }}', broken: '{% if %}' };
    expect(reason('{% include "head" %}', {}, { partials })).toMatchObject({ partial: 'head', line: 2, column: 1 });
    expect(reason('{% include "broken" %}', {}, { partials })).toMatchObject({ partial: 'broken', template: 'syntax' });
  });

  it('suggests the tag, filter or test that was probably meant', () => {
    expect(reason('{% mcro m() %}')?.message).toContain('did you mean "macro"?');
    expect(reason('{{ x|uper }}')?.message).toContain('did you mean "upper"?');
    expect(reason('{{ x is definedd }}')?.message).toContain('did you mean "defined"?');
  });

  it('refuses what would differ from Jinja2, with what to write instead', () => {
    const reasons: Record<string, string> = {
      '{% do xs.append(1) %}': '{% set _ = ... %}',
      '{{ xs|random }}': 'the same variables',
      '{{ xs|map("upper") }}': 'use the filter "list"',
      '{{ d.items }}': 'write "()" behind it',
      '{% macro m() %}{{ z }}{% endmacro %}{% set z = 1 %}': 'set it before',
      '{{ 2 ** 0.5 }}': 'whole numbers only',
    };
    for (const [source, expected] of Object.entries(reasons)) {
      expect(reason(source, { xs: ['a'], d: { a: 1 } })?.message).toContain(expected);
    }
  });

  it('reads own items with dangerous names as plain data', () => {
    const data = { d: JSON.parse('{"constructor": "own", "__proto__": {"x": 1}}') as unknown };
    expect(render('{{ d.constructor }} {{ d["constructor"] }} {{ d|length }}', data)).toBe('own own 2');
    expect(render('{{ d.x is defined }}', data)).toBe('False');
  });
});

describe('the variables of a template', () => {
  const names = (source: string, options: TemplateOptions = {}) =>
    compileTemplate(source, options).variables.map(({ name, isOptional }) => name + (isOptional ? '?' : ''));

  it('are what it reads and does not set itself', () => {
    expect(names('{% set a = b %}{{ a }}{% for x in xs %}{{ x }}{{ loop.index }}{{ y }}{% endfor %}{{ x }}')).toEqual([
      'b',
      'xs',
      'y',
      'x',
    ]);
  });

  it('are optional when the template asks whether they are there or has a default', () => {
    expect(names('{{ a|default("x") }}{% if b is defined %}{{ b }}{% endif %}{{ c }}')).toEqual(['a?', 'b?', 'c']);
  });

  it('include those of partials that see them, but no macros, parameters or global functions', () => {
    const partials = { p: '{{ q }}', m: '{% macro f(a) %}{{ a }}{{ hidden }}{% endmacro %}' };
    expect(names('{% include "p" %}{% from "m" import f %}{{ f(1) }}{{ range(3)|list }}', { partials })).toEqual(['q']);
    expect(names('{% macro f(a, b=c) %}{{ a }}{{ b }}{{ varargs }}{% endmacro %}{{ f(d) }}')).toEqual(['c', 'd']);
  });

  it('are set after an if only when every branch sets them', () => {
    expect(names('{% if k %}{% set a = 1 %}{% else %}{% set a = 2 %}{% endif %}{{ a }}')).toEqual(['k']);
    expect(names('{% if k %}{% set a = 1 %}{% endif %}{{ a }}')).toEqual(['k', 'a']);
  });
});

describe('the limits of a rendering', () => {
  const limited = (source: string, limits: Partial<typeof TEMPLATE_LIMITS>, data: TemplateData = {}) => {
    const run = () => compileTemplate(source).render(data, { ...TEMPLATE_LIMITS, ...limits });
    return expect(run);
  };

  it('end it when it makes too many steps, writes or makes too much text, or goes too deep', () => {
    limited('{% for i in range(100) %}{% endfor %}', { fuel: 100 }).toThrow('needs more than 100 steps');
    limited('{% for i in range(100) %}{% endfor %}', { fuel: 1000 }).not.toThrow();
    limited('{{ "x" * 100 }}', { outputCharacters: 99 }).toThrow('writes more than 99 characters');
    limited('{{ ("x" * 100)|length }}', { memoryCharacters: 99 }).toThrow('makes more than 99 characters');
    limited('{% macro m(n) %}{{ m(n - 1) if n else "" }}{% endmacro %}{{ m(9) }}', { depth: 9 }).toThrow(
      'more than 9 levels',
    );
    limited('{% macro m(n) %}{{ m(n - 1) if n else "" }}{% endmacro %}{{ m(8) }}', { depth: 9 }).not.toThrow();
  });

  it('are the same for the same template, however often it is rendered', () => {
    const template = compileTemplate('{% for i in range(100) %}{{ i }}{% endfor %}');
    const first = template.render({});
    for (let turn = 0; turn < 50; turn++) expect(template.render({})).toBe(first);
  });
});
