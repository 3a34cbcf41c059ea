import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOSTILE_NAMES } from '../testing/hostile-names.ts';
import { escapeParameter, quoteName, quoteText } from './quote.ts';
import { integer, name, render, sql, text } from './statement.ts';

/** What ClickHouse makes of a literal: the text between the quotes, with escapes undone; undefined: it is not one whole literal. */
function readLiteral(literal: string): string | undefined {
  if (!literal.startsWith("'")) return undefined;
  let read = '';
  for (let at = 1; at < literal.length; at++) {
    if (literal[at] === "'") return at === literal.length - 1 ? read : undefined;
    if (literal[at] === '\\') {
      at++;
      read += literal[at] === '0' ? '\0' : literal[at];
    } else read += literal[at];
  }
  return undefined;
}

/** What ClickHouse makes of a field of tab-separated values. */
function readField(field: string): string | undefined {
  if (/[\t\n\r\0]/.test(field) || field === '\\N') return undefined;
  const escapes: Record<string, string> = { t: '\t', n: '\n', r: '\r', 0: '\0', '\\': '\\' };
  return field.replace(/\\([\s\S])/g, (_, escaped: string) => escapes[escaped] ?? escaped);
}

describe('texts for ClickHouse', () => {
  test.each(HOSTILE_NAMES)('%j stays one literal, and one field', (hostile) => {
    expect(readLiteral(quoteText(hostile))).toBe(hostile);
    expect(readField(escapeParameter(hostile))).toBe(hostile);
  });

  test('so does any text', () => {
    const any = fc.string({ unit: fc.constantFrom("'", '\\', '\n', '\t', '\0', 'a', '"', '`', '{', '}', 'é') });
    fc.assert(
      fc.property(any, (anything) => {
        expect(readLiteral(quoteText(anything))).toBe(anything);
        expect(readField(escapeParameter(anything))).toBe(anything);
      }),
    );
  });

  test.each(['logs34', '_x'])('the name %j is quoted', (plain) => {
    expect(quoteName(plain)).toBe(`\`${plain}\``);
  });

  test.each(['', '1a', 'a`b', 'a.b', 'a b', "a'", 'a\\'])('the name %j is refused', (wrong) => {
    expect(() => quoteName(wrong)).toThrow('letters, digits');
  });
});

describe('a statement', () => {
  const statement = sql`SELECT 1 FROM ${name('logs')} WHERE a = ${text("x'\n")} AND b > ${integer(7)}${sql` AND c = ${integer(-1n)}`}`;

  test('has its values beside it where the server can bind them', () => {
    expect(render(statement, true)).toEqual({
      query: 'SELECT 1 FROM `logs` WHERE a = {p0:String} AND b > {p1:Int64} AND c = {p2:Int64}',
      parameters: { param_p0: "x'\\n", param_p1: '7', param_p2: '-1' },
    });
  });

  test('has them as literals where it cannot', () => {
    expect(render(statement, false)).toEqual({
      query: "SELECT 1 FROM `logs` WHERE a = 'x\\'\n' AND b > 7 AND c = -1",
      parameters: {},
    });
  });

  test.each([Number.NaN, 1.5, Number.POSITIVE_INFINITY, 2 ** 60])('takes no %d as an integer', (wrong) => {
    expect(() => integer(wrong)).toThrow('integer');
  });
});
