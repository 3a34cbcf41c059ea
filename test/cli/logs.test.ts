import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { imaginedLogs } from '../../server/src/features/log-sampling/testing/imagined-systems.ts';
import { requirement } from '../support/requirement.ts';
import { runWeir } from '../support/run-weir.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function writeLog(text: string): string {
  const file = join(temporaryDirectory(), 'app.log');
  writeFileSync(file, text);
  return file;
}

describe(`weir logs analyze, ${requirement('C3')}`, () => {
  test('prints patterns, clusters and the severity distribution of a log with headers', async () => {
    const [shop] = imaginedLogs(500, 5);
    const result = await runWeir(['logs', 'analyze', writeLog(`${shop?.raw.join('\n')}\n`), '--json']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const { analysis_summary: summary, patterns } = JSON.parse(result.stdout);
    expect(summary).toMatchObject({ total_logs: 500, unique_patterns: patterns.length });
    expect(summary.clusters).toBeGreaterThan(1);
    expect(Object.keys(summary.severity_distribution).sort()).toEqual(['INFO', 'WARNING']);
    expect(patterns[0]).toMatchObject({
      id: expect.stringMatching(/^p[0-9a-f]{14}$/),
      template: expect.stringContaining('Cart <*> created for user <*>'),
      signatures: expect.arrayContaining([expect.stringMatching(/^[01][0-9a-f]{13}$/)]),
    });
  });

  test('writes one pattern id for each line, in order, empty lines too', async () => {
    const file = writeLog('job 1 done\n\njob 2 done\r\n{"level":50,"msg":"job 3 failed"}\njob 4 done');
    const out = join(temporaryDirectory(), 'ids.txt');
    expect((await runWeir(['logs', 'analyze', file, '--assignments', out])).code).toBe(0);
    const ids = readFileSync(out, 'utf8').split('\n');
    expect(ids).toHaveLength(6);
    expect(ids[5]).toBe('');
    expect(ids[2]).toBe(ids[0]);
    expect(ids[4]).toBe(ids[0]);
    expect(new Set(ids.slice(0, 5)).size).toBe(3);
  });

  test('shows a table that people read, from standard input too', async () => {
    const result = await runWeir(['logs', 'analyze', '-'], {
      input: 'ERROR disk 5 is full\nERROR disk 6 is full\nINFO up\n',
    });
    expect(result.stdout).toContain('3 lines');
    expect(result.stdout).toContain('66.7% errors');
    expect(result.stdout).toMatch(/2 +66\.7% +\S+ +ERROR +p[0-9a-f]{14} +ERROR disk <\*> is full/);
  });

  test('says what is wrong with a file it cannot read, and with a file it cannot write', async () => {
    const directory = temporaryDirectory();
    expect(await runWeir(['logs', 'analyze', join(directory, 'none.log')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('none.log cannot be read'),
    });
    expect(await runWeir(['logs', 'analyze', directory])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is a directory'),
    });
    const file = writeLog('x\n');
    expect(await runWeir(['logs', 'analyze', file, '--assignments', join(directory, 'no', 'where')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be written'),
    });
    expect((await runWeir(['logs', 'analyze'])).code).toBe(2);
  });
});
