import { DisputedConstruct, RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';
import type { FluentRecord } from './lua-filter.ts';

interface Rule {
  readonly keeps: boolean;
  matches(record: FluentRecord): boolean;
}

/** Fluent Bit's grep. `properties` are those of the filter in order, names in lower case. */
export function createGrep(properties: readonly (readonly [string, string])[]): (record: FluentRecord) => boolean {
  let logicalOp = 'legacy';
  const rules: Rule[] = [];
  for (const [name, value] of properties) {
    if (name === 'regex' || name === 'exclude') rules.push(readRule(name === 'regex', value));
    else if (name === 'logical_op') logicalOp = value.toLowerCase();
    else throw new RefusedConfiguration('Fluent Bit', `grep has no property ${name}`);
  }
  if (logicalOp === 'legacy') return legacy(rules);
  if (logicalOp !== 'and' && logicalOp !== 'or')
    throw new RefusedConfiguration('Fluent Bit', `logical_op ${logicalOp}`);
  if (new Set(rules.map((rule) => rule.keeps)).size > 1) {
    throw new RefusedConfiguration('Fluent Bit', 'regex and exclude exclude each other with logical_op');
  }
  const keeps = rules[0]?.keeps ?? false;
  return (record) => {
    const found =
      logicalOp === 'and' ? rules.every((rule) => rule.matches(record)) : rules.some((rule) => rule.matches(record));
    return found === keeps;
  };
}

/** Any exclude that matches drops; then the one regex decides, if there is one. */
function legacy(rules: readonly Rule[]): (record: FluentRecord) => boolean {
  const firstRegex = rules.findIndex((rule) => rule.keeps);
  if (firstRegex !== -1 && firstRegex !== rules.length - 1) {
    throw new DisputedConstruct(
      'Fluent Bit',
      'grep without logical_op: its documentation wants excludes first and one regex at the end',
    );
  }
  return (record) => rules.every((rule) => rule.matches(record) === rule.keeps);
}

function readRule(keeps: boolean, value: string): Rule {
  const [, key, pattern] = /^(\S+)\s+([\s\S]+)$/.exec(value) ?? [];
  if (key === undefined || pattern === undefined) {
    throw new RefusedConfiguration('Fluent Bit', `grep wants a key and a regular expression, not ${value}`);
  }
  const path = readAccessor(key);
  const regex = compileRubyRegex(pattern);
  return {
    keeps,
    matches(record) {
      const found = path.reduce<unknown>((at, name) => (at as FluentRecord | undefined)?.[name], record);
      if (found === undefined || found === null) return false;
      if (typeof found !== 'string') throw new UnsupportedConstruct('Fluent Bit', 'grep on a value that is no text');
      return regex.test(found);
    },
  };
}

/** `name`, `$name` or `$name['inner']['more']`. */
function readAccessor(key: string): string[] {
  const [, first, rest] = /^\$?([^[\]'$.]+)((?:\['[^']+'\])*)$/.exec(key) ?? [];
  if (first === undefined) throw new UnsupportedConstruct('Fluent Bit', `the record accessor ${key}`);
  return [first, ...[...(rest ?? '').matchAll(/\['([^']+)'\]/g)].map((match) => match[1] as string)];
}

/** Onigmo in Ruby's manner: `^` and `$` are the ends of lines, and \s is ASCII. */
function compileRubyRegex(pattern: string): RegExp {
  const [, inner, flags] = /^\/([\s\S]*)\/([a-z]*)$/.exec(pattern) ?? [undefined, pattern, ''];
  if (/[^i]/.test(flags ?? '')) throw new UnsupportedConstruct('Fluent Bit', `the regex flags ${flags}`);
  const translated = (inner ?? '').replaceAll(/\\([\s\S])/g, (whole, char: string) => {
    if (char === 'A') return '(?<![\\s\\S])';
    if (char === 'z') return '(?![\\s\\S])';
    if (char === 's') return '[ \\t\\r\\n\\f\\v]';
    if (/[dDwWbBtnrfv]/.test(char) || /[\^$\\.*+?()[\]{}|/]/.test(char)) return whole;
    if (/[A-Za-z0-9]/.test(char)) throw new UnsupportedConstruct('Fluent Bit', `\\${char} in a regular expression`);
    return char === '-' ? '\\x2d' : char;
  });
  if (/\(\?[^:=!<]|[*+?]\+|&&/.test(translated))
    throw new UnsupportedConstruct('Fluent Bit', `the regular expression ${pattern}`);
  try {
    return new RegExp(translated, `mu${flags ?? ''}`);
  } catch (error) {
    throw new RefusedConfiguration('Fluent Bit', `the regular expression ${pattern}: ${String(error)}`);
  }
}
