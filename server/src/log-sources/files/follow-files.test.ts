import { appendFile, mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { followFiles } from './follow-files.ts';

test('files are looked at every second until the end; one that cannot be read is told once, and holds up no other', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'follow-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const [good, bad] = [join(directory, 'good.log'), join(directory, 'bad.log')];
  await writeFile(good, 'one\n');
  await mkdir(bad);
  const clock = new ManualClock();
  const lines: [string, number][] = [];
  const reported: string[] = [];
  const files = await followFiles({
    ...{ paths: [bad, good], clock, lastBytes: 1000, readLine: (body, bytes) => ({ body, bytes }) },
    onLines: (found, at) => lines.push(...found.map(({ body }): [string, number] => [body, at])),
    report: (path) => reported.push(path),
  });
  const start = clock.now();
  expect(lines).toEqual([['one', start]]);
  expect(reported).toEqual([bad]);

  await appendFile(good, 'two\n');
  clock.advance(1000);
  await expect
    .poll(() => lines)
    .toEqual([
      ['one', start],
      ['two', start + 1000],
    ]);
  expect(reported).toEqual([bad]);

  await rmdir(bad);
  await writeFile(bad, 'three\n');
  const bodies = () => {
    clock.advance(1000);
    return lines.map(([body]) => body);
  };
  await expect.poll(bodies).toEqual(['one', 'two', 'three']);
  await files.close();
  await appendFile(good, 'four\n');
  expect(bodies()).toEqual(['one', 'two', 'three']);
});
