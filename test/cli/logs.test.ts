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

  test.each([
    ['JSON', (time: string, level: string, msg: string) => JSON.stringify({ time, level, msg })],
    ['plain text', (time: string, level: string, msg: string) => `${time} ${level} ${msg}`],
  ])('names what is unusual at the end of a log of %s whose lines say when they are', async (_, written) => {
    const lines = Array.from({ length: 6000 }, (_, at) => {
      const time = new Date(Date.UTC(2026, 4, 4) + at * 600).toISOString();
      if (at > 5600 && at % 3 === 0) return written(time, 'ERROR', `charge of card ${at} refused by gateway`);
      return at % 50 === 0 ? written(time, 'ERROR', `disk ${at} is slow`) : written(time, 'INFO', `page ${at} served`);
    });
    const file = writeLog(`${lines.join('\n')}\n`);
    const { anomalies, analysis_summary, patterns } = JSON.parse(
      (await runWeir(['logs', 'analyze', file, '--json'])).stdout,
    );
    const charge = patterns.find(({ template }: { template: string }) => template.includes('charge of card'));
    expect(analysis_summary.anomalies).toBe(anomalies.length);
    expect(anomalies).toContainEqual(
      expect.objectContaining({ type: 'error_surge', pattern_id: null, severity: 'high' }),
    );
    expect(anomalies).toContainEqual(expect.objectContaining({ type: 'new_pattern', pattern_id: charge.id, usual: 0 }));
    const { stdout } = await runWeir(['logs', 'analyze', file]);
    expect(stdout).toMatch(/^Unusual at the end:\n {2}The whole log: error surge, \d+ now, \d+ at most before$/m);
    expect(stdout).toMatch(/charge of card <\*> refused by gateway: new pattern, \d+ now, 0 at most before$/m);
    const even = writeLog(`${lines.slice(0, 5600).join('\n')}\n`);
    expect(JSON.parse((await runWeir(['logs', 'analyze', even, '--json'])).stdout).anomalies).toEqual([]);
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
