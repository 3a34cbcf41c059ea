import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWeir } from '../support/run-weir.ts';
import { type RunningWeir, startWeir } from '../support/weir.ts';

let directory: string;
let weir: RunningWeir;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'prompts-cli-'));
  weir = await startWeir();
});
afterAll(async () => {
  await weir.stop();
  rmSync(directory, { recursive: true });
});

const prompts = (...args: string[]) =>
  runWeir(['prompts', ...args], { cwd: directory, env: { WEIR_URL: weir.url, WEIR_ADMIN_KEY: weir.adminKey } });
const file = (folder: string) => join(directory, folder, 'tutor', 'code_review.prompt.md');
const versions = async () =>
  (await weir.api(`GET /api/v1/prompts/${encodeURIComponent('tutor/code_review')}/versions`)).json.data.length;

describe('prompts as files', () => {
  it('come and go without a change', async () => {
    expect(await prompts('pull', 'one')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('code_review version 1: new'),
    });
    expect(readdirSync(join(directory, 'one', 'tutor'))).toHaveLength(7);
    const before = readFileSync(file('one'), 'utf8');
    expect(await prompts('push', 'one')).toMatchObject({ code: 0, stdout: 'Nothing differs.\n' });
    expect(await versions()).toBe(1);
    await prompts('pull', 'two');
    expect(readFileSync(file('two'), 'utf8')).toBe(before);
    for (const way of ['pull', 'push']) expect((await prompts(way, 'one', '--check')).code).toBe(0);
  });

  it('tell a drift by the exit code, become the next version, and move a label', async () => {
    writeFileSync(
      file('one'),
      readFileSync(file('one'), 'utf8').replace('at most three changes', 'at most two changes'),
    );
    expect(await prompts('push', 'one', '--check')).toMatchObject({
      code: 1,
      stdout: 'tutor/code_review version 1: differs\n',
    });
    expect(await versions()).toBe(1);
    expect((await prompts('pull', 'one', '--check')).code).toBe(1);
    const pushed = await prompts('push', 'one', '--label', 'production', '--message', 'shorter');
    expect(pushed).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('tutor/code_review version 2: stored, production\n'),
    });
    expect((await prompts('push', 'one', '--check')).code).toBe(0);
    expect((await prompts('pull', 'two', '--check')).stdout).toBe('tutor/code_review version 2: changed\n');
    expect((await prompts('pull', 'two')).code).toBe(0);
    expect(readFileSync(file('two'), 'utf8')).toBe(readFileSync(file('one'), 'utf8'));
    const path = `/api/v1/prompts/${encodeURIComponent('tutor/code_review')}/labels/production/history`;
    expect((await weir.api(`GET ${path}`)).json.data[0]).toMatchObject({ reason: 'shorter' });
  });

  it('name the file that is wrong', async () => {
    writeFileSync(join(directory, 'one', 'broken.prompt.md'), 'no front matter');
    const { code, stderr } = await prompts('push', 'one');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/broken\.prompt\.md: it does not begin/)]);
  });
});

describe('weir prompts', () => {
  it('lists and renders', async () => {
    const all = (await prompts('list')).stdout;
    expect(all).toMatch(/tutor\/code_review +chat +2 +production=2/);
    const rendered = await prompts(
      'render',
      'tutor/onboarding_interview',
      'conversation_history=Hi',
      'current_focus=goals',
    );
    expect(rendered).toMatchObject({ code: 0, stdout: expect.stringContaining('Find out now: goals') });
    const missing = await prompts('render', 'tutor/onboarding_interview');
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('conversation_history')]);
  });
});
