import type { TemplateCase } from './oracle.ts';

export interface Bomb extends TemplateCase {
  readonly title: string;
}

const LONG = 'word '.repeat(20_000);
const bomb = (...[title, source, more]: [string, string, Omit<TemplateCase, 'source'>?]): Bomb => ({
  title,
  source,
  ...more,
});

/** Templates that would take all time or memory, by every way that we know. Each must end with a reason, soon. */
export const BOMBS: readonly Bomb[] = [
  bomb(
    'nested loops',
    '{% for a in range(3000) %}{% for b in range(3000) %}{% for c in range(3000) %}x{% endfor %}{% endfor %}{% endfor %}',
  ),
  bomb(
    'nested loops that write nothing',
    '{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}',
  ),
  bomb('a long range', '{% for i in range(99999999) %}x{% endfor %}'),
  bomb('ranges made into lists', '{% for i in range(1000) %}{% set l = range(900000)|list %}{% endfor %}'),
  bomb('a text repeated', '{{ "x" * 999999999 }}'),
  bomb('a list repeated', '{{ [0] * 999999999 }}'),
  bomb(
    'a text doubled',
    '{% set ns = namespace(s="x") %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}',
  ),
  bomb(
    'a text doubled by a block',
    '{% set ns = namespace(s="x") %}{% for i in range(60) %}{% set b %}{{ ns.s }}{{ ns.s }}{% endset %}{% set ns.s = b %}{% endfor %}',
  ),
  bomb(
    'a list doubled',
    '{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}{{ ns.l }}',
  ),
  bomb('a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'),
  bomb(
    'a macro that calls itself twice',
    '{% macro m(n) %}{% if n > 0 %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(45) }}',
  ),
  bomb(
    'macros that call each other',
    '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}',
  ),
  bomb(
    'a call block within itself',
    '{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{% call m() %}x{% endcall %}',
  ),
  bomb('a partial that includes itself twice', '{% include "p" %}', {
    partials: { p: '{% include "p" %}{% include "p" %}' },
  }),
  bomb('partials that double', '{% include "p0" %}{% for i in range(9999) %}{% endfor %}', {
    partials: Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`p${at}`, at === 39 ? 'x' : `{% include "p${at + 1}" %}`.repeat(2)]),
    ),
  }),
  bomb('a recursive loop without an end', '{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}'),
  bomb('a list within itself, printed', '{% set l = [] %}{% set _ = l.append(l) %}{% set _ = l.append(l) %}{{ l }}'),
  bomb(
    'a list within itself, compared',
    '{% set a = [] %}{% set b = [] %}{% set _ = a.append(a) %}{% set _ = b.append(b) %}{% set _ = a.append(b) %}{% set _ = b.append(a) %}{{ a == b }}',
  ),
  bomb(
    'a list within itself, as JSON',
    '{% set l = [] %}{% set _ = l.append(l) %}{% set _ = l.append(l) %}{{ l|tojson }}',
  ),
  bomb('powers', '{{ 9 ** 9 ** 9 ** 9 }}'),
  bomb('powers in a loop', '{% for i in range(99999) %}{% set x = 3 ** 30 %}{% endfor %}'),
  bomb(
    'a replacement that grows',
    '{% set ns = namespace(s="aaaa") %}{% for i in range(40) %}{% set ns.s = ns.s|replace("a", "aaaa") %}{% endfor %}',
  ),
  bomb(
    'the empty text replaced',
    '{% set ns = namespace(s="ab") %}{% for i in range(40) %}{% set ns.s = ns.s|replace("", "xy") %}{% endfor %}',
  ),
  bomb(
    'a join that grows',
    '{% set ns = namespace(s="abcd") %}{% for i in range(40) %}{% set ns.s = ns.s|join(ns.s) %}{% endfor %}',
  ),
  bomb('a wide indent', '{{ "x"|indent(999999999, true) }}'),
  bomb('indents in a loop', '{% for i in range(99999) %}{% set x = s|indent(9999) %}{% endfor %}', {
    data: { s: 'a\n'.repeat(500) },
  }),
  bomb('a wide field', '{{ "x"|center(999999999) }}'),
  bomb('a wide field by format', '{{ "%999999999d"|format(1) }}'),
  bomb('a wide field by braces', '{{ "{:>999999999}".format(1) }}'),
  bomb(
    'many decimal places',
    '{% for i in range(99999) %}{{ "%.99f"|format(1e-300) }}{{ 1e300|round(-290) }}{% endfor %}',
  ),
  bomb('text wrapped in a loop', '{% for i in range(9999) %}{% set x = s|wordwrap(1) %}{% endfor %}', {
    data: { s: LONG },
  }),
  bomb('a text of hyphens wrapped', '{{ s|wordwrap(5) }}', { data: { s: `a${'-'.repeat(200_000)}b` } }),
  bomb('many words with hyphens wrapped', '{% for i in range(999) %}{% set x = s|wordwrap(5) %}{% endfor %}', {
    data: { s: `${'a-'.repeat(240)} `.repeat(100) },
  }),
  bomb('tags stripped from many openings', '{% for i in range(9999) %}{% set x = s|striptags %}{% endfor %}', {
    data: { s: '<'.repeat(100_000) },
  }),
  bomb('words counted in a loop', '{% for i in range(9999) %}{% set x = s|wordcount %}{% endfor %}', {
    data: { s: LONG },
  }),
  bomb('letters changed in a loop', '{% for i in range(9999) %}{% set x = s|title|upper|capitalize %}{% endfor %}', {
    data: { s: LONG },
  }),
  bomb('lists sorted in a loop', '{% for i in range(9999) %}{% set x = xs|sort %}{% endfor %}', {
    data: { xs: Array.from({ length: 5000 }, (_, at) => (at * 7919) % 5000) },
  }),
  bomb('texts sorted that begin alike', '{% for i in range(99) %}{% set x = xs|sort %}{% endfor %}', {
    data: { xs: Array.from({ length: 500 }, (_, at) => `${'x'.repeat(2000)}${(at * 7) % 500}`) },
  }),
  bomb('a batch filled up', '{{ [1]|batch(999999999, "x")|list }}'),
  bomb('many slices', '{{ [1]|slice(999999999)|list }}'),
  bomb(
    'a dict that grows',
    '{% set d = {} %}{% for i in range(9999) %}{% set _ = d.update({i: [i] * 99}) %}{% endfor %}',
  ),
  bomb('a list that grows', '{% set l = [] %}{% for i in range(9999) %}{% set _ = l.append("x" * 99) %}{% endfor %}'),
  bomb(
    'a list that grows in front',
    '{% set l = [] %}{% for i in range(9999) %}{% set _ = l.insert(0, i) %}{% endfor %}',
  ),
  bomb(
    'JSON with a wide indent',
    '{{ [[[[[[[[1]]]]]]]]|tojson(9999) }}{% for i in range(999) %}{{ xs|tojson(9999) }}{% endfor %}',
    { data: { xs: [[1, 2, 3]] } },
  ),
  bomb('attributes that are missing', '{% for i in range(99999) %}{{ d.nothing_like_it|default("") }}{% endfor %}', {
    data: { d: Object.fromEntries(Array.from({ length: 190 }, (_, at) => [`nothing_${at}`, at])) },
  }),
  bomb('many assignments in a loop', `{% for i in range(9999) %}${'{% set a = i %}'.repeat(5000)}{% endfor %}`),
  bomb('many texts in a loop', `{% for i in range(9999) %}${'{% if i %}{% endif %}'.repeat(5000)}{% endfor %}`),
  bomb('a literal list in a loop', `{% for i in range(9999) %}{% set l = [${'i,'.repeat(5000)}] %}{% endfor %}`),
  bomb('deep parentheses', `{{ ${'('.repeat(90_000)}1${')'.repeat(90_000)} }}`),
  bomb('deep lists', `{{ ${'['.repeat(90_000)}${']'.repeat(90_000)} }}`),
  bomb('deep blocks', `${'{% if true %}'.repeat(9000)}${'{% endif %}'.repeat(9000)}`),
  bomb('many signs', `{{ ${'-'.repeat(150_000)}1 }}`),
  bomb('many negations', `{{ ${'not '.repeat(40_000)}1 }}`),
  bomb('a long chain of filters', `{{ s${'|upper'.repeat(30_000)} }}`, { data: { s: 'x' } }),
  bomb('a long sum', `{{ 1${'+1'.repeat(90_000)} }}`),
  bomb('a long name', `{% ${'x'.repeat(190_000)} %}`),
  bomb('a large source', 'x{{ 1 }}'.repeat(1_000_000)),
  bomb('many openings', '{{'.repeat(99_000)),
  bomb('many comments left open', '{#'.repeat(99_000)),
  bomb('many raw blocks left open', '{% raw %}'.repeat(20_000)),
  bomb('many spaces in a tag', `{{${' '.repeat(190_000)}`),
  bomb('a digit too many', `{{ ${'9'.repeat(190_000)} }}`),
  bomb('variables nested deeply', '{{ x }}', {
    data: { x: JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown },
  }),
];
