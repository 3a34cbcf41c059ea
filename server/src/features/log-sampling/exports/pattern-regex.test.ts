import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { patternRegex } from './pattern-regex.ts';

function regexOf(template: string) {
  const found = patternRegex(template);
  if ('problem' in found) throw new Error(found.problem);
  return found;
}

const END = '\\s*(?:\\n|\\z)';

describe('the regular expression of a template', () => {
  test.each([
    ['Stored', '^\\s*Stored', 'Stored'],
    ['Stored order <*>', '^\\s*Stored\\s+order\\s+.+', 'Stored'],
    ['<*> INFO ready', '^\\s*.+\\s+INFO\\s+ready', 'ready'],
    ['a.b(c)? <*>', '^\\s*a\\.b\\(c\\)\\?\\s+.+', 'a.b(c)?'],
    ['[main] x|y <*>', '^\\s*\\[main\\]\\s+x\\|y\\s+.+', '[main]'],
    ['c:\\dir\\<*>', '^\\s*c:\\\\dir\\\\.+', 'dir'],
    ['price <*>$ paid', '^\\s*price\\s+.+\\x24\\s+paid', 'price'],
    ['^uphill^ <*>', '^\\s*\\^uphill\\^\\s+.+', '^uphill^'],
    ['user="<*>" in', '^\\s*user=\\\\?\\x22.+\\\\?\\x22\\s+in', 'user='],
    ["can't open <*>", '^\\s*can\\\\?\\x27t\\s+open\\s+.+', 'open'],
    ['gone - <*>', '^\\s*gone\\s+-[-+]*\\s+.+', 'gone'],
    ['gone -- <*>', '^\\s*gone\\s+-[-+]*\\s+.+', 'gone'],
    ['plus + <*>', '^\\s*plus\\s+\\+[-+]*\\s+.+', 'plus'],
    ['sent <*> bytes now', '^\\s*sent\\s+.+\\s+bytes(?:\\s+\\([^()]*\\))?\\s+now', 'sent'],
    ['Müller <*> ✓', '^\\s*Müller\\s+.+\\s+✓', 'Müller'],
    ['{"name": <*>}', '^\\s*\\{\\\\?\\x22name\\\\?\\x22:\\s+.+\\}', 'name'],
    ['Switch<<*>>(<*>)::run', '^\\s*Switch<.+>\\(.+\\)::run', 'Switch<'],
    ['a  b   c <*>', '^\\s*a\\s+b\\s+c\\s+.+', 'a'],
  ])('of %s', (template, start, literal) => {
    expect(regexOf(template)).toMatchObject({ regex: `${start}${END}`, literal });
  });

  test.each([
    ['Stored order <*>', 'Stored order 7'],
    ['Stored order <*>', '  Stored   order\t7  '],
    ['Stored order <*>', '\n\nStored order 7\n  at Store.put'],
    ['Stored order <*>', 'Stored order 7 of 9\r'],
    ['<*> said "<*>"', '7 said \\"yes\\"'],
    ['node-<*> up', 'node--7 up'],
    ['sent <*> bytes now', 'sent 7 bytes (1.3 KB) now'],
  ])('%s finds %j', (template, line) => {
    const { regex, literal } = regexOf(template);
    expect(RE2JS.compile(regex).matcher(line).find()).toBe(true);
    expect(line).toContain(literal);
  });

  test.each([
    ['Stored order <*>', 'Stored order'],
    ['Stored order <*>', 'Restored order 7'],
    ['Stored order <*> now', 'Stored order 7 nowhere'],
    ['Stored order <*> now', 'Stored order 7 then'],
    ['Stored order <*>', 'stored order 7'],
  ])('%s does not find %j', (template, line) => {
    expect(RE2JS.compile(regexOf(template).regex).matcher(line).find()).toBe(false);
  });

  test.each(['', '<*>', '<*> <*>: <*>', '[<*>] <*> a', 'two\nlines', 'bell\u0007'])('is refused for %j', (template) => {
    expect(patternRegex(template)).toEqual({ problem: expect.any(String) });
  });

  test('has no end where the template has none', () => {
    const template = `Very ${'long '.repeat(400)}<*>`;
    const { regex, isOpen } = regexOf(template);
    expect({ isOpen, ends: regex.endsWith('\\z)') }).toEqual({ isOpen: true, ends: false });
  });
});
