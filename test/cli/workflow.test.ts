import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, workflowStage } from '../http/workflows/stage.ts';
import { runWeir } from '../support/run-weir.ts';

let directory: string;
let stage: Stage;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'workflow-cli-'));
  stage = await workflowStage();
  writeFileSync(join(directory, 'flow.yaml'), FLOW);
  writeFileSync(join(directory, 'mocks.yaml'), MOCKS);
});
afterAll(async () => {
  await stage.close();
  rmSync(directory, { recursive: true });
});

const FLOW = `
name: refund
steps:
  - name: judge
    type: sampling
    config: { model: gpt-4o-mini, maxTokens: 50, messages: [{ role: user, content: "Late? {{input.text}}" }] }
    retryConfig: { maxAttempts: 2, backoffMs: 60000 }
  - { name: pause, type: wait, config: { ms: "{{input.pause}}" } }
  - name: large
    type: condition
    config:
      condition: input.amount > 50
      then:
        - { name: ask, type: approval, config: { message: "Refund {{input.amount}}?" } }
  - { name: answer, type: set, config: { values: { refunded: "{{input.amount}}" } } }
`;
const MOCKS = `# what support expects
input: { text: late, amount: 80, pause: 86400000 }
steps:
  judge: [{ error: { message: away } }, { output: { content: "Yes." } }]
  ask: { decision: approve }
expect: { status: completed, output: { refunded: 80 } }
`;
const INPUT = JSON.stringify({ text: 'late', amount: 20, pause: 1 });

const weir = (...args: string[]) =>
  runWeir(args, { cwd: directory, env: { WEIR_URL: stage.url, WEIR_ADMIN_KEY: stage.adminKey } });

describe('weir workflow test', () => {
  const test = (...more: string[]) => weir('workflow', 'test', 'flow.yaml', '--mocks', 'mocks.yaml', ...more);

  it('runs a file with mocks for models and people, without waiting, and says that it is as expected', async () => {
    const asked = stage.upstream.requests.length;
    expect(await test()).toMatchObject({ code: 0, stdout: 'refund: as expected\n', stderr: '' });
    expect(stage.upstream.requests.length).toBe(asked);
  });

  it('shows the difference and exits with 1 when the run ends in another way', async () => {
    writeFileSync(join(directory, 'mocks.yaml'), MOCKS.replace('refunded: 80', 'refunded: 81'));
    const { code, stdout } = await test();
    expect([code, stdout]).toEqual([1, 'refund: not as expected\n  output.refunded\n  - 81\n  + 80\n']);
  });

  it('records a golden run, which a changed definition then breaks', async () => {
    writeFileSync(join(directory, 'mocks.yaml'), MOCKS);
    expect((await test('--record')).code).toBe(0);
    const recorded = readFileSync(join(directory, 'mocks.yaml'), 'utf8');
    expect(recorded).toMatch(/^# what support expects/);
    expect(recorded).toContain('large/then/ask:');
    expect((await test()).code).toBe(0);
    writeFileSync(join(directory, 'flow.yaml'), FLOW.replace('> 50', '> 100'));
    const { code, stdout } = await test();
    expect(code).toBe(1);
    expect(stdout).toContain('steps.large/then/ask');
    writeFileSync(join(directory, 'flow.yaml'), FLOW);
  });

  it('names the step that has no answer, and the question that nobody answers', async () => {
    writeFileSync(join(directory, 'mocks.yaml'), 'input: { text: a, amount: 80, pause: 1 }');
    expect((await test()).stdout).toContain('steps.judge: has no mock');
    writeFileSync(join(directory, 'mocks.yaml'), MOCKS.replace(/ {2}ask: .*\n/, ''));
    const { code, stderr } = await test();
    expect([code, stderr]).toEqual([1, expect.stringContaining('steps.large/then/ask: {decision: approve}')]);
    writeFileSync(join(directory, 'mocks.yaml'), 'steps: { judge: { outptu: 1 } }');
    expect(await test()).toMatchObject({ code: 1, stderr: expect.stringContaining('mocks.yaml: steps.judge') });
  });
});

describe('weir workflow', () => {
  it('validates files without a server, and names the place of mistakes', async () => {
    expect(await weir('workflow', 'validate', 'flow.yaml')).toMatchObject({ code: 0, stdout: 'flow.yaml: ok\n' });
    writeFileSync(join(directory, 'wrong.yaml'), FLOW.replace('type: set', 'type: sett'));
    const { code, stdout } = await weir('workflow', 'validate', 'wrong.yaml');
    expect([code, stdout]).toEqual([1, expect.stringContaining('wrong.yaml#/steps/3/type: error:')]);
  });

  it('stores a file, runs it, and prints its steps with their cost', async () => {
    const { code, stdout } = await weir('workflow', 'run', 'flow.yaml', '--input', INPUT);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run exec_\w+ of version 1: completed$/m);
    expect(stdout).toMatch(/^judge +sampling +completed +4 +0\.0000\d+ +gpt-4o-mini/m);
    expect(stdout).toMatch(/^total +completed/m);
    expect(stdout).toContain('"refunded": 20');
    expect((await weir('workflow', 'push', 'flow.yaml')).stdout).toMatch(/^refund is version 2 \(wf_/);
    expect((await weir('workflow', 'list')).stdout).toMatch(/^refund +wf_\w+ +2 /m);
  });

  it('shows a run again, and forks and resumes it', async () => {
    const started = await weir('workflow', 'run', 'refund', '--input', INPUT, '--json');
    const run = JSON.parse(started.stdout);
    expect(run.status).toBe('completed');
    expect((await weir('workflow', 'show', run.id)).stdout).toContain(`run ${run.id} of version 2: completed`);
    const asked = stage.upstream.requests.length;
    const forked = await weir('workflow', 'fork', run.id, '--from', 'answer');
    expect([forked.code, forked.stdout]).toEqual([0, expect.stringContaining('completed (reused)')]);
    expect(stage.upstream.requests.length).toBe(asked);
    const resumed = await weir('workflow', 'resume', run.id);
    expect([resumed.code, resumed.stderr]).toEqual([1, expect.stringContaining('409')]);
  });

  it('tells what waits for a person, and the inbox decides it', async () => {
    const input = JSON.stringify({ text: 'late', amount: 80, pause: 1 });
    const id = (await weir('workflow', 'run', 'refund', '--input', input, '--no-wait')).stdout.trim();
    await stage.until(id, 'waiting');
    const followed = weir('workflow', 'show', id, '--follow');
    await expect.poll(async () => (await weir('inbox', 'list')).stdout).toContain('Refund 80?');
    const [item] = JSON.parse((await weir('inbox', 'list', '--json')).stdout).data;
    expect((await weir('inbox', 'approve', item.id)).stdout).toBe('approved: Refund 80?\n');
    const { stdout, stderr } = await followed;
    expect(stdout).toContain('"refunded": 80');
    expect(stderr === '' || stderr.includes(`weir inbox approve ${item.id}`)).toBe(true);
    expect((await weir('inbox', 'list')).stdout).toBe('Nothing waits.\n');
    expect((await weir('inbox', 'reject', item.id)).code).toBe(1);
  });

  it('exits with 1 for a run that failed, with 2 for wrong use', async () => {
    writeFileSync(
      join(directory, 'fails.json'),
      JSON.stringify({ name: 'fails', steps: [{ name: 'no', type: 'fail', config: { message: 'never' } }] }),
    );
    const failed = await weir('workflow', 'run', 'fails.json');
    expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining('never')]);
    expect((await weir('workflow', 'run')).code).toBe(2);
    expect((await weir('workflow', 'run', 'refund', '--input', '{')).code).toBe(2);
    expect((await weir('workflow', 'run', 'nobody')).code).toBe(1);
  });
});
