import { describe, expect, test } from 'vitest';
import { progressBar } from './progress.ts';
import { statusLine } from './status-line.ts';
import { formatTable } from './table.ts';

describe('tables', () => {
  test('align columns and set the total apart', () => {
    const columns = [{ title: 'model' }, { title: 'calls', align: 'right' as const }];
    const rows = [
      ['gpt-4o-mini', '7'],
      ['total', '1,007'],
    ];
    expect(formatTable(columns, rows, { colours: false, hasTotal: true }).split('\n')).toEqual([
      'model        calls',
      'gpt-4o-mini      7',
      '-----------  -----',
      'total        1,007',
    ]);
  });

  test('use colours only where they are wanted', () => {
    expect(formatTable([{ title: 'a' }], [])).toBe('a');
    expect(formatTable([{ title: 'a' }], [], { colours: true })).toContain('\x1b[1m');
  });
});

describe('the status line', () => {
  test('writes nothing at all to a stream that is no terminal', () => {
    const written: string[] = [];
    const status = statusLine({ write: (text) => written.push(text) });
    status('working');
    status('');
    expect(written).toEqual([]);
  });

  test('rewrites one line of a terminal, cut to its width, and takes it away', () => {
    const written: string[] = [];
    const status = statusLine({ isTTY: true, columns: 8, write: (text) => written.push(text) });
    status('');
    status('a long line of text');
    status('');
    expect(written).toEqual(['\r\x1b[2Ka long ', '\r\x1b[2K']);
  });

  test('carries a bar that fills with the work', () => {
    const shown: string[] = [];
    const bar = progressBar({ status: (text) => shown.push(text) }, 4, 'copying');
    bar.advance(2, 'half');
    bar.end();
    expect(shown).toEqual([
      expect.stringMatching(/^░{24} {3}0% {2}copying$/),
      expect.stringMatching(/^█{12}░{12} {2}50% {2}half$/),
      '',
    ]);
  });
});
