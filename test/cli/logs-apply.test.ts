import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { requirement } from '../support/requirement.ts';
import { runWeir } from '../support/run-weir.ts';

const POLICY = { policy_version: 1, first_k: 0, global_rate: 0, severity_rates: { INFO: 0.1, ERROR: 0 } };
const PROGRAM = fileURLToPath(new URL('../../server/bin/weir.js', import.meta.url));

function policyFile(policy: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'apply-')), 'policy.json');
  writeFileSync(file, typeof policy === 'string' ? policy : JSON.stringify(policy));
  return file;
}

/** Bytes in, bytes out. */
async function applied(policy: string, input: Uint8Array): Promise<Buffer> {
  const child = spawn(process.execPath, [PROGRAM, 'logs', 'apply', '--policy', policy], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const out: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stdin.end(input);
  await once(child, 'close');
  return Buffer.concat(out);
}

describe(`weir logs apply (${requirement('C2')})`, () => {
  test('writes what is kept byte for byte and nothing else', async () => {
    const bytes = (text: string) => Buffer.from(text, 'latin1');
    const input = bytes('noise\r\n\n ERROR \xff\xfe lost\r\nnoise\u0000\nfatal error: tail');
    expect(await applied(policyFile(POLICY), input)).toEqual(bytes(' ERROR \xff\xfe lost\r\nfatal error: tail'));
  });

  test('is silent unless it is asked how much was kept', async () => {
    const input = Array.from({ length: 1000 }, (_, at) => `2026-03-01 12:00:00 INFO stored ${at}\n`).join('');
    const policy = policyFile(POLICY);
    const silent = await runWeir(['logs', 'apply', '--policy', policy], { input });
    expect(silent).toMatchObject({ code: 0, stderr: '' });
    const told = await runWeir(['logs', 'apply', '--policy', policy, '--stats'], { input });
    expect(told.stdout).toBe(silent.stdout);
    const lines = told.stdout.split('\n').length - 1;
    expect(Math.abs(lines - 100)).toBeLessThanOrEqual(2);
    expect(told.stderr).toContain(`kept ${lines} of 1000 lines`);
  });

  test('keeps everything under a policy that cannot be read, and says so', async () => {
    const input = 'noise\nmore\n';
    const run = await runWeir(['logs', 'apply', '--policy', policyFile({ ...POLICY, severity_rates: 7 })], { input });
    expect(run).toMatchObject({ code: 0, stdout: input, stderr: expect.stringContaining('severity_rates') });
  });

  test.each([
    [['logs', 'apply'], 2, '--policy FILE'],
    [['logs', 'apply', '--policy', '/nowhere/policy.json'], 1, 'cannot be read'],
    [['logs', 'apply', '--policy', policyFile('{')], 1, 'is no JSON'],
  ])('says what is wrong: %j', async (args, code, said) => {
    expect(await runWeir(args, { input: 'x\n' })).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringContaining(said),
    });
  });

  test('ends quietly when nobody reads any more', async () => {
    const line = '2026-03-01 12:00:00 ERROR lost\n';
    const child = spawn(process.execPath, [PROGRAM, 'logs', 'apply', '--policy', policyFile(POLICY)]);
    let complaint = '';
    child.stderr.on('data', (text) => {
      complaint += text;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(line.repeat(200_000));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
  });
});
