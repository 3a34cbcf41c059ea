import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logPolicySchema } from '@weir/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shopLines } from '../http/log-sampling/log-lines.ts';
import { requirement } from '../support/requirement.ts';
import { runWeir } from '../support/run-weir.ts';

let directory: string;
let log: string;
let file: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'logs-policy-'));
  file = join(directory, 'app.log');
  log = shopLines(Date.UTC(2026, 5, 1), 8000)
    .map(({ body, severity, time }) => `${JSON.stringify({ time, level: severity, msg: body })}\n`)
    .join('');
  writeFileSync(file, log);
});
afterAll(() => rmSync(directory, { recursive: true }));

const policy = (...args: string[]) => runWeir(['logs', 'policy', file, ...args]);

describe(requirement('C4'), () => {
  it.each([0.5, 0.7, 0.9])('a file is reduced by %d, as the policy said, and no error is lost', async (share) => {
    const out = join(directory, `policy-${share}.json`);
    const made = await policy('--reduce', String(share), '--out', out);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toMatch(/^Keeps [\d.]+% of [\d.]+ kB: saves [\d.]+ [kM]B a day, \$[\d.]+ of \$[\d.]+$/m);
    expect(made.stdout).toMatch(/^Counts told from kept lines are off by [\d.]+% on average/m);
    expect(made.stdout).toMatch(/lines of {2}GET <\*> answered/);
    const written = logPolicySchema.parse(JSON.parse(readFileSync(out, 'utf8')));
    expect(written).toMatchObject({ policy_id: 0, author: 'cli', generated_by: 'rules', severity_rates: { ERROR: 1 } });
    const applied = await runWeir(['logs', 'apply', '--policy', out], { input: log });
    expect(Math.abs(applied.stdout.length / (log.length * (1 - share)) - 1)).toBeLessThan(0.05);
    const errors = (text: string) => text.split('\n').filter((line) => line.includes('"ERROR"')).length;
    expect(errors(applied.stdout)).toBe(errors(log));
  });

  it('a target in bytes a day counts by the time that the lines are of', async () => {
    const made = await policy('--max-bytes-per-day', String(24 * 0.4 * log.length), '--json');
    const { reasoning } = JSON.parse(made.stdout);
    expect(Number(/day \(\S+\) ([\d.]+)% are kept/.exec(reasoning)?.[1])).toBeCloseTo(40, 0);
  });

  it('a target that cannot be reached is said to be, with the floor', async () => {
    expect((await policy('--max-bytes-per-day', '10')).stdout).toMatch(
      /unreachable, floor = [\d.]+ kB a day \(\$[\d.]+\)\.$/m,
    );
  });
});

describe('weir logs policy', () => {
  it('uses the default rates without a target', async () => {
    const { severity_rates } = JSON.parse((await policy('--json')).stdout);
    expect(severity_rates).toEqual({ DEBUG: 0.05, INFO: 0.2, WARNING: 0.5, ERROR: 1, CRITICAL: 1 });
  });

  it.each([
    [['--reduce', '1.5'], '--reduce takes a share'],
    [['--reduce', '0.5', '--max-bytes-per-day', '9'], 'Choose --reduce or'],
    [['--max-bytes-per-day', '0'], 'above 0'],
  ])('refuses %s', async (args, why) => {
    const { code, stderr } = await policy(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
  });

  it('says that an empty log has no policy, and that a file is not there', async () => {
    const empty = await runWeir(['logs', 'policy', '-'], { input: '' });
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining('empty') });
    expect((await runWeir(['logs', 'policy', join(directory, 'none')])).stderr).toContain('cannot be read');
  });
});
