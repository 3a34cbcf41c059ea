import { describe, expect, it } from 'vitest';
import { requires } from '../../support/optional.ts';
import type { LogEvent, Verdict } from '../log-event.ts';
import { evaluateFluentBit } from './evaluate-fluent-bit.ts';

const line = (message: string, severity?: string, attributes?: Record<string, unknown>): LogEvent => ({
  message,
  severity,
  attributes,
});
const every = (count: number, atSeconds: number): LogEvent[] =>
  Array.from({ length: count }, () => ({ message: 'x', atSeconds }));

function filter(body: string, more = ''): string {
  return `[FILTER]\n    Match *\n${body.replaceAll(/^/gm, '    ')}\n${more}`;
}
function kept(config: string, events: readonly LogEvent[]): boolean[] {
  return evaluateFluentBit({ config, events }).map((verdict) => verdict.kept);
}

describe('the configuration', () => {
  const grepA = 'Name grep\nRegex message a';

  it('reads the classic format: keys in any case, comments as whole lines', () => {
    expect(kept(filter('NAME Grep\n# Regex message b\nregex message a'), [line('a'), line('b')])).toEqual([
      true,
      false,
    ]);
  });
  it('reads YAML', () => {
    const config = 'pipeline:\n  filters:\n    - name: grep\n      match: "*"\n      regex: message a\n';
    expect(kept(config, [line('a'), line('b')])).toEqual([true, false]);
  });
  it('has no comments at the end of a line: they belong to the value', () => {
    expect(kept(filter('Name grep\nRegex message a # b'), [line('a'), line('a # b')])).toEqual([false, true]);
  });
  it('refuses a key that is not indented', () => {
    expect(() => kept('[FILTER]\nName grep', [])).toThrow('indented');
  });
  it('runs filters in their order', () => {
    expect(kept(filter(grepA, filter('Name grep\nExclude message b')), [line('ab'), line('a'), line('b')])).toEqual([
      false,
      true,
      false,
    ]);
  });
  it('a filter without a match, or with another tag’s, does nothing', () => {
    expect(kept('[FILTER]\n    Name grep\n    Regex message a', [line('b')])).toEqual([true]);
    expect(kept('[FILTER]\n    Name grep\n    Match other.*\n    Regex message a', [line('b')])).toEqual([true]);
  });
  it('a match with * takes any text in its place', () => {
    expect(kept('[FILTER]\n    Name grep\n    Match app.*\n    Regex message a', [line('b')])).toEqual([false]);
  });
  it('drops what no output matches', () => {
    expect(kept('[OUTPUT]\n    Name stdout\n    Match other', [line('a')])).toEqual([false]);
    expect(kept('[OUTPUT]\n    Name stdout\n    Match *', [line('a')])).toEqual([true]);
  });
  it('filters as processors of an input run before the filters, whatever the tag', () => {
    const config =
      'pipeline:\n  inputs:\n    - name: tail\n      processors:\n        logs:\n          - name: grep\n            regex: message a\n';
    expect(kept(config, [line('a'), line('b')])).toEqual([true, false]);
  });
  it('names environment variables, unknown sections and unknown filters', () => {
    expect(() => kept(filter('Name grep\nRegex message ${A}'), [])).toThrow('environment variable');
    expect(() => kept('[MULTILINE_PARSER]\n    name x', [])).toThrow('MULTILINE_PARSER');
    expect(() => kept(filter('Name sampling'), [])).toThrow('sampling');
  });
});

describe('the grep filter', () => {
  it.each([
    ['regex keeps what matches anywhere', 'Regex message b', ['abc', 'xyz'], [true, false]],
    ['exclude drops what matches', 'Exclude message b', ['abc', 'xyz'], [false, true]],
    ['a missing key fails regex', 'Regex nope .', ['abc'], [false]],
    ['a missing key passes exclude', 'Exclude nope .', ['abc'], [true]],
    ['the regex may hold blanks', 'Regex message a b', ['a b', 'ab'], [true, false]],
    ['^ and $ are the ends of lines (Onigmo, Ruby)', 'Regex message ^b$', ['a\nb\nc', 'abc'], [true, false]],
    ['\\A and \\z are the ends of the text', 'Regex message \\Ab\\z', ['a\nb\nc', 'b'], [false, true]],
    ['/.../i ignores case', 'Regex message /ABC/i', ['abc'], [true]],
    ['several excludes: any drops', 'Exclude message a\nExclude message b', ['a', 'b', 'c'], [false, false, true]],
    [
      'excludes first, then one regex decides',
      'Exclude message a\nRegex message b',
      ['ab', 'b', 'c'],
      [false, true, false],
    ],
    [
      'logical_op or: any regex keeps',
      'Logical_Op or\nRegex message a\nRegex message b',
      ['a', 'b', 'c'],
      [true, true, false],
    ],
    [
      'logical_op and: all regexes keep',
      'Logical_Op and\nRegex message a\nRegex message b',
      ['ab', 'b'],
      [true, false],
    ],
    [
      'logical_op and: all excludes drop',
      'Logical_Op and\nExclude message a\nExclude message b',
      ['ab', 'b'],
      [false, true],
    ],
  ])('%s', (_rule, body, messages, expected) => {
    const events = messages.map((message) => line(message));
    expect(kept(filter(`Name grep\n${body}`), events)).toEqual(expected);
  });

  it('a record accessor reaches into maps', () => {
    const config = filter("Name grep\nExclude $kubernetes['labels']['app'] myapp");
    const events = [
      line('a', 'INFO', { kubernetes: { labels: { app: 'myapp' } } }),
      line('a', 'INFO', { kubernetes: {} }),
    ];
    expect(kept(config, events)).toEqual([false, true]);
  });
  it.each([
    ['regex and exclude with logical_op', 'Logical_Op or\nRegex message a\nExclude message b', 'exclude each other'],
    ['two regexes without logical_op', 'Regex message a\nRegex message b', 'its documentation wants'],
    ['a key without a regex', 'Regex message', 'a key and a regular expression'],
    ['what Onigmo reads in its own way', 'Regex message \\h', '\\h'],
  ])('refuses or names %s', (_what, body, message) => {
    expect(() => kept(filter(`Name grep\n${body}`), [line('a')])).toThrow(message);
  });
});

describe('the throttle filter', () => {
  it('passes rate * window records within one window', () => {
    const config = filter('Name throttle\nRate 2\nWindow 5\nInterval 1s');
    expect(kept(config, every(15, 0)).filter(Boolean).length).toBe(10);
  });
  it('gets room again when an interval slides out of the window', () => {
    const config = filter('Name throttle\nRate 2\nWindow 2\nInterval 1s');
    expect(kept(config, [...every(6, 0), ...every(6, 1), ...every(6, 2)]).filter(Boolean).length).toBe(8);
  });
  it('counts intervals in minutes', () => {
    const config = filter('Name throttle\nRate 2\nWindow 2\nInterval 1m');
    expect(kept(config, [...every(6, 0), ...every(6, 59)]).filter(Boolean).length).toBe(4);
  });
});

requires('luajit')('the lua filter', () => {
  const lua = (body: string) =>
    `pipeline:\n  filters:\n    - name: lua\n      match: "*"\n      call: cb\n      code: |\n${`function cb(tag, timestamp, record)\n${body}\nend`.replaceAll(/^/gm, '        ')}\n`;
  const run = (body: string, events: readonly LogEvent[] = [line('hello', 'INFO')]): Verdict[] =>
    evaluateFluentBit({ config: lua(body), events });

  it('code -1 drops the record', () => {
    expect(run('return -1, timestamp, record')).toEqual([{ kept: false }]);
  });
  it('code 0 keeps the record as it was, even when the callback changed it', () => {
    expect(run('record.x = 1 return 0, timestamp, record')[0]?.record).toEqual({ message: 'hello', severity: 'INFO' });
  });
  it.each([1, 2])('code %i takes the record that the callback returns', (code) => {
    expect(run(`record.x = 1 return ${code}, timestamp, record`)[0]?.record).toEqual({
      message: 'hello',
      severity: 'INFO',
      x: 1,
    });
  });
  it('any other code keeps the record', () => {
    expect(run('return 7, timestamp, record')[0]?.kept).toBe(true);
  });
  it('nil removes a key', () => {
    expect(run('record.severity = nil return 2, timestamp, record')[0]?.record).toEqual({ message: 'hello' });
  });
  it('a callback without a result keeps the record', () => {
    expect(run('')[0]?.kept).toBe(true);
  });
  it('gets the tag and the time as a number', () => {
    expect(run('record.x = tag .. type(timestamp) return 2, timestamp, record')[0]?.record?.x).toBe('app.lognumber');
  });
  it('keeps numbers, booleans, maps and Unicode as they are', () => {
    const attributes = { n: 12.5, b: true, m: { inner: 'é\n日本' } };
    expect(run('return 2, timestamp, record', [line('π', 'INFO', attributes)])[0]?.record).toEqual({
      message: 'π',
      severity: 'INFO',
      ...attributes,
    });
  });
  it('Lua patterns are Lua’s: %d is a digit and - a lazy repetition', () => {
    const body = 'record.x = string.find(record.message, "^user %d+ .-x$") ~= nil return 2, timestamp, record';
    expect(run(body, [line('user 12 in x'), line('user \\d in x')]).map((verdict) => verdict.record?.x)).toEqual([
      true,
      false,
    ]);
  });
  it('find with plain text takes no pattern', () => {
    const body =
      'if string.find(record.message, "a.c", 1, true) then return -1, timestamp, record end return 0, timestamp, record';
    expect(run(body, [line('a.c'), line('abc')]).map((verdict) => verdict.kept)).toEqual([false, true]);
  });
  it('strings are bytes in Lua', () => {
    expect(run('record.x = #record.message return 2, timestamp, record', [line('é')])[0]?.record?.x).toBe(2);
  });
  it('state lives from record to record', () => {
    const body =
      'seen = (seen or 0) + 1 if seen % 2 == 0 then return -1, timestamp, record end return 0, timestamp, record';
    expect(run(body, every(4, 0)).map((verdict) => verdict.kept)).toEqual([true, false, true, false]);
  });
  it('math.random is repeatable here, whatever seed the script asks for', () => {
    const body = 'math.randomseed(os.time()) record.x = math.random() return 2, timestamp, record';
    expect(run(body)).toEqual(run(body));
  });
  it('reads scripts from files in the classic format', () => {
    const config = filter('Name lua\nScript weir.lua\nCall cb');
    const files = { 'weir.lua': 'function cb(tag, timestamp, record) return -1, timestamp, record end' };
    expect(evaluateFluentBit({ config, files, events: [line('a')] })).toEqual([{ kept: false }]);
  });
  it.each([
    ['a script that fails', 'error("oops")', 'oops'],
    ['a function that is not there', 'return nope()', 'nope'],
    ['a record that is no table', 'return 2, timestamp, 5', 'no table'],
    ['records that are split', 'return 2, timestamp, {record, record}', 'splitting'],
  ])('reports %s', (_what, body, message) => {
    expect(() => run(body)).toThrow(message);
  });
  it('reports a script that does not define what call names', () => {
    const config = filter('Name lua\nScript weir.lua\nCall other');
    expect(() => evaluateFluentBit({ config, files: { 'weir.lua': 'x = 1' }, events: [line('a')] })).toThrow(
      'no function other',
    );
  });
});
