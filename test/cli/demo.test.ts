import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { requirement } from '../support/requirement.ts';
import { runWeir } from '../support/run-weir.ts';

test(`weir demo --once tours, samples logs (${requirement('C9')}), prints the summary and leaves nothing behind`, {
  timeout: 60_000,
}, async () => {
  const keysOfTheUser = { OPENAI_API_KEY: 'sk-a-real-key', OPENAI_BASE_URL: 'http://127.0.0.1:1', WEIR_ADMIN_KEY: 'x' };
  const ended = await runWeir(['demo', '--once'], { env: keysOfTheUser });
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatch(/^Dashboard +http:\/\/127\.0\.0\.1:\d+$/m);
  expect(ended.stdout).toMatch(/^curl http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions .*weir_/m);
  expect(ended.stdout).toMatch(
    /^project +calls +tokens +cost USD +cache hits +blocked +retries +fallbacks +workflow runs +log lines kept$/m,
  );
  const total =
    /^total +(\d+) +([\d,]+) +(\d\.\d{6}) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +([\d,]+) of ([\d,]+)$/m.exec(
      ended.stdout,
    ) ?? [];
  expect(total.slice(1).map((text) => Number(text.replace(',', '')))).toSatisfy(
    (numbers: number[]) => numbers.length === 10 && numbers.every((number) => number > 0),
  );
  const [storefront = '', supportDesk = ''] = ended.stdout.split(/^Log sampling: /m)[1]?.split(/^support-desk$/m) ?? [];
  expectSampled(storefront);
  expectSampled(supportDesk);
  expect(storefront).toMatch(/version 1 by rules for \$\d\.\d\d a day, in force; .*\n +"Rules: Of .* are kept: /);
  expect(supportDesk).toMatch(/version 1 by gpt-4o-mini .*\n +"P1, "poll of mailbox.* Of .* are kept: /);
  expect(ended.stdout).toMatch(/^large\/then\/ask +approval +completed/m);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('weir-demo-'))).toEqual([]);
});

/** One project's part: few errors, a saving as promised and as it came, every error kept, and counts near the truth. */
function expectSampled(text: string): void {
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? Number.NaN);
  expect(number(/ ([\d.]+)% errors: \d+ patterns/)).toBeLessThanOrEqual(5);
  expect(text).toMatch(/unusual: The service: error surge/);
  for (const saving of [
    number(/projected saving ([\d.]+)%/),
    number(/real saving ([\d.]+)%: \S+ MB a day, \$0\.\d\d of/),
  ]) {
    expect(saving).toBeGreaterThanOrEqual(50);
    expect(saving).toBeLessThanOrEqual(80);
  }
  const [, kept, errors] = /all errors kept: (\d+) of (\d+)$/m.exec(text) ?? [];
  expect(Number(kept)).toBeGreaterThan(100);
  expect(kept).toBe(errors);
  expect(number(/counts told from kept lines are off by ([\d.]+)% on average/)).toBeLessThan(10);
  expect(text.match(/^ +[\d,]+ +[\d,]+ +[\d,]+ +[\d.]+% {2}\S/gm)).toHaveLength(6);
}
