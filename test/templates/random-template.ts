import type { TemplateCase } from './oracle.ts';

type Random = () => number;
type Kind = 'int' | 'float' | 'text' | 'bool' | 'list' | 'texts' | 'dict' | 'records';
type Make = (of: Maker, depth: number) => string;

const KINDS: readonly Kind[] = ['int', 'float', 'text', 'bool', 'list', 'texts', 'dict', 'records'];
/** How often an expression is not of the kind that is wanted, so that mistakes are compared, too. */
const MISTAKES = 0.02;
const DEPTH = 3;

const LEAVES: Record<Kind, readonly string[]> = {
  int: ['0', '1', '2', '3', '7', '-1', '-3', '10', 'n', 'm', 'd.a', 'nums[0]', 'nums|length', '1000', 'true'],
  float: ['0.5', '1.0', '2.5', '-1.25', '0.1', '1e3', '3.14159', 'f', '1e-7', '100.0'],
  text: [
    "'a'",
    '"b c"',
    "'Hello World'",
    's',
    't',
    'u',
    "''",
    '"it\'s"',
    "'x-y z'",
    "'  pad '",
    "'ABC'",
    "'1'",
    "'4.5'",
    "'<b>&'",
    "'a,b,c'",
    'blank',
    "'line\\none'",
    "'é😀ß'",
  ],
  bool: ['true', 'false', 'yes', 'no', 'n > 3', 's is string', 'missing is defined', 'none is none'],
  list: [
    'nums',
    '[]',
    '[1, 2, 3]',
    '[3, 1, 2]',
    '[1, "a", none]',
    '[0.5, 2]',
    'mixed',
    'range(4)|list',
    '[[1, 2], [3]]',
    '(1, 2)',
    '[true, 1, 1.0]',
  ],
  texts: ['words', "['b', 'A', 'c']", "'a b c'.split()", "['x', 'y', 'x', 'X']", '[]', 's|list'],
  dict: ['d', '{}', "{'x': 1, 'y': 2}", "{'B': 1, 'a': 'z'}", 'users[0]', "{'k': [1], 'l': {'m': none}}", 'dict(q=1)'],
  records: ['users', 'users[1:]', '[]', "[{'name': 'Zed', 'age': 1, 'tag': 'q'}]"],
};

const COMPOUNDS: Record<Kind, readonly Make[]> = {
  int: [
    (of, depth) => `${of.make('int', depth)} ${of.pick(['+', '-', '*', '//', '%'])} ${of.make('int', depth)}`,
    (of, depth) => `(${of.make(of.pick(['list', 'texts', 'text', 'dict']), depth)})|${of.pick(['length', 'count'])}`,
    (of, depth) => `(${of.make('int', depth)})|abs`,
    (of, depth) => `(${of.make(of.pick(['float', 'text', 'int', 'bool']), depth)})|int`,
    (of, depth) => `${of.make('list', depth)}|${of.pick(['sum', 'min', 'max', 'first', 'last'])}`,
    (of, depth) => `${of.wrapped('text', depth)}.${of.pick(["count('a')", "find('b')", "index('a')"])}`,
    (of, depth) => `(${of.make('int', depth)} if ${of.make('bool', depth)} else ${of.make('int', depth)})`,
    (of, depth) => `${of.make('records', depth)}|sum(attribute='age')`,
    (of, depth) => `${of.make('text', depth)}|wordcount`,
    (of, depth) => `-${of.wrapped('int', depth)}`,
    (of) => `${of.pick(['2', '3', '(-2)', '10'])} ** ${of.pick(['0', '1', '2', '5'])}`,
    (of, depth) => `${of.wrapped('dict', depth)}.get(${of.pick(["'a'", "'x'", "'q'"])}, ${of.make('int', depth)})`,
  ],
  float: [
    (of, depth) =>
      `${of.make('float', depth)} ${of.pick(['+', '-', '*', '/', '//', '%'])} ${of.make(of.pick(['int', 'float']), depth)}`,
    (of, depth) => `${of.make('int', depth)} / ${of.make('int', depth)}`,
    (of, depth) =>
      `(${of.make(of.pick(['float', 'int']), depth)})|round${of.pick(['', '(1)', '(2)', "(1, 'floor')", "(0, 'ceil')", '(-1)'])}`,
    (of, depth) => `(${of.make(of.pick(['text', 'int', 'float']), depth)})|float`,
    (of, depth) => `(${of.make('float', depth)})|abs`,
  ],
  text: [
    (of, depth) =>
      `${of.make('text', depth)}|${of.pick(['upper', 'lower', 'title', 'capitalize', 'trim', 'reverse', 'e', 'string', 'urlencode', 'striptags', 'center(9)', 'indent', 'wordwrap(4)', 'truncate(5, true)', 'truncate(6, leeway=0)', "replace('a', 'b')", "replace('', '.')", "default('d', true)", 'first', 'tojson', 'forceescape', "trim('a')", 'indent(2, true, true)', 'wordwrap(5, false)', 'filesizeformat'])}`,
    (of, depth) =>
      `${of.wrapped('text', depth)}.${of.pick(['upper()', 'lower()', 'strip()', "replace('l', 'L', 1)", "rstrip('d')", 'title()', 'capitalize()', 'zfill(4)', "center(7, '*')", 'ljust(4)', "rjust(6, '.')", 'swapcase()', "removeprefix('a')", 'join(words)', 'format(n)', "partition(' ')", "split('o')|join('0')"])}`,
    (of, depth) => `${of.make('text', depth)} ~ ${of.make(of.pick(KINDS), depth)}`,
    (of, depth) => `${of.wrapped('text', depth)} + ${of.wrapped('text', depth)}`,
    (of, depth) => `${of.wrapped('text', depth)} * ${of.pick(['0', '1', '2', '3', '-1'])}`,
    (of, depth) => `${of.make(of.pick(['list', 'texts']), depth)}|join${of.pick(['', "(', ')", "(d='-')", '(1)'])}`,
    (of, depth) =>
      `${of.wrapped('text', depth)}[${of.pick(['0', '-1', '1:', ':2', '::-1', '::2', '-3:', '5:1:-1', '1:3'])}]`,
    (of, depth) =>
      `${of.pick(["'%s|%s'", "'%5s|%-5s|'", "'%r %s'", "'%s%%%s'"])}|format(${of.make(of.pick(KINDS), depth)}, ${of.make('text', depth)})`,
    (of, depth) =>
      `${of.pick(["'%d'", "'%05.1f'", "'%x'", "'%+d'", "'%e'", "'%g'", "'%.3f'", "'%8.2f|'", "'%-6d|'", "'% d'"])} % ${of.wrapped(of.pick(['int', 'float']), depth)}`,
    (of, depth) =>
      `${of.pick(["'{}'", "'{:>6}'", "'{:05}'", "'{0}{0}'", "'{:,}'", "'{!r}'", "'{:^7}'", "'{:d}'", "'{:.2f}'", "'{:x}'", "'{:+}'"])}.format(${of.make(of.pick(['int', 'text', 'float']), depth)})`,
    (of, depth) => `${of.make(of.pick(KINDS), depth)}|${of.pick(['string', 'tojson', 'e', 'upper', 'tojson(2)'])}`,
    (of, depth) =>
      `(${of.make('text', depth)} if ${of.make('bool', depth)}${of.pick(['', ` else ${of.make('text', depth)}`])})`,
    (of, depth) => `${of.make('dict', depth)}|${of.pick(['xmlattr', 'urlencode', 'tojson', 'string', 'first'])}`,
    (of, depth) => `missing|default(${of.make('text', depth)})`,
  ],
  bool: [
    (of, depth) =>
      `${of.make('int', depth)} ${of.pick(['==', '!=', '<', '<=', '>', '>='])} ${of.make(of.pick(['int', 'float']), depth)}`,
    (of, depth) => `${of.wrapped('bool', depth)} ${of.pick(['and', 'or'])} ${of.wrapped('bool', depth)}`,
    (of, depth) => `not ${of.wrapped('bool', depth)}`,
    (of, depth) =>
      `${of.wrapped('text', depth)} ${of.pick(['in', 'not in', '==', '<', '>', '!='])} ${of.wrapped('text', depth)}`,
    (of, depth) => `${of.wrapped('int', depth)} ${of.pick(['in', 'not in'])} ${of.wrapped('list', depth)}`,
    (of, depth) =>
      `${of.wrapped(of.pick(KINDS), depth)} is ${of.pick(['', 'not '])}${of.pick(['string', 'number', 'integer', 'float', 'mapping', 'sequence', 'iterable', 'none', 'boolean', 'defined', 'true', 'callable', 'escaped'])}`,
    (of, depth) =>
      `${of.wrapped('int', depth)} is ${of.pick(['odd', 'even', 'divisibleby 3', 'divisibleby(2)', 'eq 1', 'gt 2', 'in [1, 2]'])}`,
    (of, depth) =>
      `${of.wrapped('text', depth)}.${of.pick(["startswith('a')", "endswith(('d', 'c'))", 'isdigit()', 'isupper()', 'islower()', 'isalpha()', 'isspace()'])}`,
    (of, depth) => `${of.make('int', depth)} < ${of.make('int', depth)} <= ${of.make('float', depth)}`,
    (of, depth) => `${of.wrapped('list', depth)} ${of.pick(['==', '!=', '<'])} ${of.wrapped('list', depth)}`,
  ],
  list: [
    (of, depth) =>
      `${of.make('list', depth)}|${of.pick(['sort', 'unique|list', 'reverse|list', 'list', "map('string')|list", "select('number')|list", "reject('none')|list", 'batch(2)|list', "batch(2, 'f')|list", 'slice(2)|list', 'slice(3, 0)|list', 'sort(reverse=true)', 'select|list', "map('int', 5)|list", "map('default', 1)|list", "select('odd')|list", "map('abs')|list"])}`,
    (of, depth) => `[${of.make(of.pick(KINDS), depth)}, ${of.make(of.pick(KINDS), depth)}]`,
    (of, depth) => `${of.wrapped('list', depth)} + ${of.wrapped('list', depth)}`,
    (of, depth) => `${of.wrapped('list', depth)}[${of.pick(['1:', ':1', '::-1', '::2', '-2:', '1:-1'])}]`,
    (of, depth) =>
      `${of.make('dict', depth)}|${of.pick(['dictsort', 'list', 'items|list', 'dictsort(true)', "dictsort(by='value')", 'sort'])}`,
    (of, depth) => `${of.wrapped('dict', depth)}.${of.pick(['values', 'items', 'keys'])}()|list`,
    (of) =>
      `range(${of.pick(['0', '1', '3', '5'])}, ${of.pick(['0', '4', '6'])}, ${of.pick(['1', '2', '-1', '3'])})|list`,
    (of, depth) =>
      `${of.make('records', depth)}|${of.pick(["map(attribute='age')|list", "groupby('tag')|map('first')|list", "map(attribute='zip', default=0)|list", "selectattr('age', 'gt', 20)|map(attribute='age')|list"])}`,
  ],
  texts: [
    (of, depth) =>
      `${of.make('texts', depth)}|${of.pick(["map('upper')|list", 'sort', 'unique|list', "select('in', 'abc')|list", "map('length')|list", 'sort(case_sensitive=true)', "map('replace', 'a', 'o')|list", "reject('lower')|list", "map('first')|list", "map('title')|list"])}`,
    (of, depth) =>
      `${of.wrapped('text', depth)}.${of.pick(['split()', "split(',')", 'splitlines()', "rsplit(' ', 1)", "partition('a')", "split(' ', 1)", 'split(maxsplit=1)'])}`,
    (of, depth) => `${of.make('records', depth)}|map(attribute=${of.pick(["'name'", "'tag'"])})|list`,
    (of, depth) => `${of.make('text', depth)}|list`,
  ],
  dict: [
    (of, depth) => `{${of.pick(["'a'", "'b'", '1', 'n', 's'])}: ${of.make(of.pick(KINDS), depth)}}`,
    (of, depth) => `dict(${of.make('dict', depth)}, z=${of.make('int', depth)})`,
    (of, depth) =>
      `${of.make('records', depth)}|${of.pick(['first', 'last', "min(attribute='age')", "max(attribute='name')"])}`,
    (of, depth) => `${of.wrapped('dict', depth)}.copy()`,
  ],
  records: [
    (of, depth) =>
      `${of.make('records', depth)}|${of.pick(["sort(attribute='age')", "sort(attribute='tag,name', reverse=true)", "selectattr('age', 'lt', 30)|list", "rejectattr('tag', 'equalto', 'x')|list", "unique(attribute='tag')|list", 'reverse|list', "selectattr('on')|list"])}`,
  ],
};

type Write = (of: Maker, depth: number) => string;

const STATEMENTS: readonly Write[] = [
  (of, depth) =>
    `${of.open()} if ${of.make(of.pick(['bool', 'list', 'text', 'int']), 2)} ${of.close()}${of.body(depth)}${of.pick(['', `{% elif ${of.make('bool', 1)} %}${of.body(depth)}`])}${of.pick(['', `{% else %}${of.body(depth)}`])}${of.open()} endif ${of.close()}`,
  (of, depth) =>
    `${of.open()} for x in ${of.make(of.pick(['list', 'texts', 'dict']), 2)} ${of.close()}{{ x }}${of.pick(['', '{{ loop.index }}', '{{ loop.last }}', '{{ loop.cycle(1, 2) }}', '{{ loop.revindex }}{{ loop.length }}', '{{ loop.previtem|default("-") }}', '{{ "," if not loop.last }}'])}${of.body(depth)}${of.pick(['', '{% else %}none'])}${of.open()} endfor ${of.close()}`,
  (of) =>
    `{% for u in ${of.make('records', 2)} if ${of.pick(['u.age > 20', 'u.on', "u.tag != 'x'", 'true'])} %}${of.pick(['{{ u.name }}', "{{ u['age'] }}", '{{ u }}', '{{ loop.index0 }}{{ u.tag }}', '{{ loop.changed(u.tag) }}'])}{% endfor %}`,
  (of, depth) => `{% for k, v in ${of.make('dict', 2)}.items() %}{{ k }}={{ v }}{% endfor %}${of.body(depth)}`,
  (of) => `${of.open()} set v${of.pick(['1', '2'])} = ${of.make(of.pick(KINDS), 3)} ${of.close()}`,
  (of, depth) => `{% set v${of.pick(['1', '2'])} %}${of.body(depth)}{% endset %}`,
  (of, depth) => `{% with v1 = ${of.make(of.pick(KINDS), 2)} %}{{ v1 }}${of.body(depth)}{% endwith %}`,
  (of, depth) =>
    `{% filter ${of.pick(['upper', 'trim', "replace('a', 'o')", 'title', 'indent(2)', 'e', 'wordcount|string'])} %}${of.body(depth)}{% endfilter %}`,
  (of, depth) =>
    `{% macro mac(a, b=${of.make('int', 1)}) %}[{{ a }}:{{ b }}]${of.body(depth + 1)}{% endmacro %}{{ mac(${of.make(of.pick(KINDS), 2)}) }}${of.pick(['', `{{ mac(b=1, a=${of.make('text', 2)}) }}`])}`,
  (of, depth) =>
    `{% macro box() %}<{{ caller(${of.make('int', 1)}) }}>{% endmacro %}{% call(c) box() %}{{ c }}${of.body(depth + 1)}{% endcall %}`,
  (of) =>
    `{% set ns = namespace(t=0) %}{% for x in ${of.make('list', 1)} %}{% set ns.t = ns.t + ${of.pick(['1', 'loop.index', '2'])} %}{% endfor %}{{ ns.t }}`,
  (of) => `{% raw %}${of.pick(['{{ x }}', '{% if %}', ' a '])}{% endraw %}`,
  (of) => `{#${of.pick(['', '-', '+'])} note ${of.pick(['', '-', '+'])}#}`,
  (of) => `{% include ${of.pick(["'greeting'", "'list'", "['absent', 'greeting']", "'absent' ignore missing"])} %}`,
  (of, depth) =>
    `{% for x in [[1, [2]], [3]] recursive %}{{ loop.depth }}{% if x is iterable %}({{ loop(x) }}){% else %}{{ x }}{% endif %}{% endfor %}${of.body(depth)}`,
];

const TEXTS = ['', ' ', '\n', 'a', 'Hello ', '\n  ', 'x\n', ', ', '  \n\n', '{', '}', '%', "it's <b>", '\t'];

const DATA = {
  n: 4,
  m: -3,
  f: 2.5,
  s: 'abc dab',
  t: 'Lorem Ipsum-dolor sit',
  u: 'Ünï 😀 text',
  blank: '',
  yes: true,
  no: false,
  nums: [3, 1, 2],
  mixed: [1, 'a', null, 2.5, [1], true],
  words: ['pear', 'Apple', 'fig', 'apple'],
  d: { a: 1, b: 'two', c: [1, 2] },
  users: [
    { name: 'Ada', age: 36, tag: 'x', on: true },
    { name: 'bob', age: 25, tag: 'y', on: false },
    { name: 'Cyd', age: 19, tag: 'X', on: true },
  ],
};

const PARTIALS = {
  greeting: 'Hi {{ s|upper }}\n',
  list: '{% for w in words %}{{ w }}{{ "," if not loop.last }}{% endfor %}',
};

/** A template drawn by chance: mostly meaningful, so that both sides render it. */
export function randomTemplate(random: Random): TemplateCase {
  const maker = new Maker(random);
  const count = 1 + Math.floor(random() * 4);
  const source = Array.from({ length: count }, () => maker.body(0)).join('');
  const isSet = () => random() < 0.25;
  return {
    source,
    data: DATA,
    partials: PARTIALS,
    trimBlocks: isSet(),
    lstripBlocks: isSet(),
    keepTrailingNewline: isSet(),
  };
}

class Maker {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }

  /** An expression of a kind. */
  make(wanted: Kind, depth: number): string {
    const kind = this.#random() < MISTAKES ? this.pick(KINDS) : wanted;
    if (depth <= 0 || this.#random() < 0.35) return this.pick(LEAVES[kind]);
    return this.pick(COMPOUNDS[kind])(this, depth - 1);
  }

  wrapped(kind: Kind, depth: number): string {
    return `(${this.make(kind, depth)})`;
  }

  open(): string {
    return this.pick(['{%', '{%', '{%', '{%-', '{%+']);
  }

  close(): string {
    return this.pick(['%}', '%}', '%}', '-%}', '+%}']);
  }

  body(depth: number): string {
    const parts: string[] = [this.pick(TEXTS)];
    parts.push(`{{${this.pick(['', '', '-'])} ${this.make(this.pick(KINDS), DEPTH)} ${this.pick(['', '', '-'])}}}`);
    if (depth < 2 && this.#random() < 0.6) parts.push(this.pick(STATEMENTS)(this, depth + 1));
    parts.push(this.pick(TEXTS));
    return parts.join('');
  }
}
