import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { requirement } from '../support/requirement.ts';
import { runWeir } from '../support/run-weir.ts';

test(`weir demo --once tours, saves logs, prints the summary and leaves nothing behind (${requirement('C9')})`, {
  timeout: 60_000,
}, async () => {
  const keysOfTheUser = { OPENAI_API_KEY: 'sk-a-real-key', OPENAI_BASE_URL: 'http://127.0.0.1:1', WEIR_ADMIN_KEY: 'x' };
  const ended = await runWeir(['demo', '--once'], { env: keysOfTheUser });
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatch(/^Dashboard +http:\/\/127\.0\.0\.1:\d+$/m);
  expect(ended.stdout).toMatch(/^curl http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions .*weir_/m);
  expect(ended.stdout).toMatch(
    /^project +calls +tokens +cost USD +cache hits +blocked +retries +fallbacks +log lines kept$/m,
  );
  const total =
    /^total +(\d+) +([\d,]+) +(\d\.\d{6}) +(\d+) +(\d+) +(\d+) +(\d+) +([\d,]+) of ([\d,]+)$/m.exec(ended.stdout) ?? [];
  expect(total.slice(1).map((text) => Number(text.replace(',', '')))).toSatisfy(
    (numbers: number[]) => numbers.length === 9 && numbers.every((number) => number > 0),
  );
  const [, projected = '', real = ''] =
    /saving +([\d.]+)% of bytes projected, ([\d.]+)% of the next/.exec(ended.stdout) ?? [];
  expect(Number(projected)).toBeGreaterThan(50);
  expect(Number(projected)).toBeLessThan(80);
  expect(Math.abs(Number(projected) - Number(real))).toBeLessThan(2);
  const [, errorsKept, errorsSeen] = /errors kept +(\d+) of (\d+)/.exec(ended.stdout) ?? [];
  expect(errorsKept).toBe(errorsSeen);
  expect(Number(errorsSeen) / 20_000).toSatisfy((share: number) => share > 0.01 && share <= 0.05);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('weir-demo-'))).toEqual([]);
});
