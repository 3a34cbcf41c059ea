import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EvaluationStand } from '../http/evaluations/stand.ts';
import { runWeir } from '../support/run-weir.ts';

let stand: EvaluationStand;
let directory: string;
beforeAll(async () => {
  stand = await EvaluationStand.open();
  directory = mkdtempSync(join(tmpdir(), 'suite-'));
});
afterAll(() => stand.close());

const SUITE = `
prompts:
  - 'The capital of {{ country }}?'
providers: [openai:gpt-4o-mini]
defaultTest:
  assert: [{ type: not-is-refusal }]
tests:
  - { description: France, vars: { country: France, city: Paris }, assert: [{ type: icontains, value: '{{ city }}' }] }
  - { description: Italy, vars: { country: Italy }, assert: [{ type: equals, value: Rome }, { type: latency, threshold: 60000 }] }
`;

async function evalRun(text: string, ...args: readonly string[]) {
  const file = join(directory, 'suite.yaml');
  writeFileSync(file, text);
  return runWeir(['eval', 'run', file, ...args], {
    env: { WEIR_URL: stand.weir.url, WEIR_ADMIN_KEY: stand.weir.adminKey },
  });
}
const knows = (text: string) => (text.includes('France') ? 'It is Paris.' : 'Rome');

describe('weir eval run', () => {
  test('passes with 0, fails with 100, and writes what CI systems read', async () => {
    stand.answer = knows;
    const passed = await evalRun(SUITE);
    expect([passed.code, passed.stderr]).toEqual([0, '']);
    expect(passed.stdout).toMatch(/\| prompt 1 \| openai:gpt-4o-mini \| 2 \| 0 \| 0 \|/);
    stand.answer = () => 'Rome';
    const [junit, markdown] = [join(directory, 'junit.xml'), join(directory, 'report.md')];
    const failed = await evalRun(SUITE, '--json', '--junit', junit, '--markdown', markdown);
    expect(failed.code).toBe(100);
    expect(JSON.parse(failed.stdout)).toMatchObject({ counts: { passed: 1, failed: 1, error: 0 }, comparison: null });
    expect(readFileSync(junit, 'utf8')).toContain('tests="2" failures="1" errors="0"');
    expect(readFileSync(junit, 'utf8')).toContain('<failure message="contains 0"/>');
    expect(readFileSync(markdown, 'utf8')).toContain('0001-France');
  }, 60_000);

  test('compares with a run before: worse is 100, undecided 75, equivalent 0', async () => {
    const tests = Array.from(
      { length: 60 },
      (_, at) => `  - { vars: { n: ${at} }, assert: [{ type: equals, value: 'yes' }] }`,
    );
    const suite = `prompts: ['{{ n }}']\nproviders: [openai:gpt-4o-mini]\ntests:\n${tests.join('\n')}\n`;
    stand.answer = (text) => (Number(text) < 55 ? 'yes' : 'no');
    expect((await evalRun(suite, '--name', 'prod')).code).toBe(100);
    const equal = await evalRun(suite, '--gate', 'prod', '--margin', '0.2');
    expect([equal.code, equal.stdout]).toEqual([0, expect.stringContaining('equivalent')]);
    stand.answer = (text) => (Number(text) < 54 ? 'yes' : 'no');
    const open = await evalRun(suite, '--gate', 'prod');
    expect([open.code, open.stdout]).toEqual([
      75,
      expect.stringMatching(/not enough evidence .* About \d+ more tests/),
    ]);
    stand.answer = (text) => (Number(text) < 20 ? 'yes' : 'no');
    expect((await evalRun(suite, '--gate', 'prod')).code).toBe(100);
  }, 90_000);

  test.each([
    ['an assertion nobody knows', SUITE.replace('icontains', 'astrology'), 'tests[0].assert[1].type'],
    ['a key nobody knows', `${SUITE}\nscenarios: []`, 'scenarios'],
    [
      'a member of a test nobody knows',
      SUITE.replace('vars: { country: Italy }', 'vars: {}, repeat: 3'),
      'tests[1].repeat',
    ],
    ['no prompts', SUITE.replace(/prompts:\n.*\n/, 'prompts: []\n'), 'prompts'],
    ['a model nobody knows', SUITE.replace('openai:gpt-4o-mini', 'nobody:nothing'), 'model'],
    ['a variable nobody gave', SUITE.replace('{{ country }}', '{{ nowhere }}'), 'nowhere'],
    ['a judge without a model', SUITE.replace('type: equals, value: Rome', 'type: llm-rubric, value: Right'), 'judge'],
  ])(
    'is an error, with 2, for %s',
    async (_title, text, named) => {
      stand.answer = knows;
      const refused = await evalRun(text);
      expect([refused.code, refused.stderr + refused.stdout]).toEqual([2, expect.stringContaining(named)]);
    },
    60_000,
  );
});
