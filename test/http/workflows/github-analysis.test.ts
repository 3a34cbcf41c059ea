import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { type Stage, sampling, set, workflowStage } from './stage.ts';

const EXAMPLE = readFileSync(new URL('../../../examples/github-analysis.json', import.meta.url), 'utf8');
const INPUT = { owner: 'anthropics', repo: 'anthropic-sdk-python' };

let popular: Stage;
let quiet: Stage;
beforeAll(async () => {
  popular = await workflowStage({ stars: 101 });
  quiet = await workflowStage({ stars: 100 });
});
afterAll(() => Promise.all([popular.close(), quiet.close()]));

describe(requirement('A14'), () => {
  test('over 100 stars the example files an issue with what the model said', async () => {
    await popular.store(JSON.parse(EXAMPLE));
    const run = await popular.run('github-analysis', INPUT);
    expect(run).toMatchObject({ status: 'completed', error: null });
    const issues = popular.toolCalls().filter(({ tool }) => tool === 'create_issue');
    expect(issues).toMatchObject([{ arguments: { ...INPUT, body: expect.stringContaining('fine') } }]);
  });

  test('the prompt holds what the tools said, as JSON and unescaped', () => {
    const sent = JSON.stringify(popular.upstream.requests.at(-1)?.body.toString());
    expect(sent).toContain('stargazers_count');
    expect(sent).toContain('# Readme');
    expect(sent).not.toMatch(/&quot;|&lt;|\[object/);
  });

  test('at 100 stars and below it files none', async () => {
    await quiet.store(JSON.parse(EXAMPLE));
    const run = await quiet.run('github-analysis', INPUT);
    expect(run.status).toBe('completed');
    expect(quiet.toolCalls().map(({ tool }) => tool)).toEqual(['get_repository', 'get_file_contents']);
  });
});

describe(requirement('A13'), () => {
  test('steps, run and models cost what the ledger says, tries that failed included', async () => {
    const { store, run, ask, upstream } = popular;
    const { answer } = upstream;
    let tries = 0;
    upstream.answer = (request, response) => {
      if (++tries > 2) return answer(request, response);
      response.statusCode = 500;
      response.end('{}');
    };
    const retryConfig = { maxAttempts: 3, backoffMs: 1 };
    const steps = [sampling('first', 'one', { retryConfig }), sampling('second', '{{steps.first.output.content}}')];
    const id = await store({ name: 'costs', steps });
    const done = await run(id);
    upstream.answer = answer;
    expect(done.status).toBe('completed');
    expect(done.steps).toMatchObject([
      {
        step_name: 'first',
        path: 'first',
        retry_count: 1,
        tokens_used: 4,
        model_name: expect.stringContaining('gpt-4o-mini'),
      },
      { step_name: 'second', retry_count: 0, tokens_used: 4 },
    ]);
    const { body } = await ask('GET /api/v1/usage/records?limit=50');
    const records = body.data.filter((record: { run_id: string }) => record.run_id === done.id);
    expect(records.map(({ step }: { step: string }) => step).sort()).toEqual(['first', 'first', 'second']);
    const sum = (of: readonly { cost_usd?: number; cost_nano_usd?: number }[]) =>
      of.reduce((total, one) => total + (one.cost_usd ?? (one.cost_nano_usd ?? 0) / 1e9), 0);
    expect(done.cost_usd).toBeGreaterThan(0);
    expect(sum(done.steps)).toBeCloseTo(done.cost_usd, 12);
    expect(sum(records)).toBeCloseTo(done.cost_usd, 12);
    const shares = Object.values<{ calls: number; cost_usd: number }>(done.modelBreakdown);
    expect(sum(shares)).toBeCloseTo(done.cost_usd, 12);
  });
});

describe(requirement('A11'), () => {
  const failing = (more: object) => ({
    ...{ name: 'bad', type: 'tool', config: { server: 'github', tool: 'fails', params: {} } },
    ...more,
  });

  test('a step that fails stops the run, and says where and why', async () => {
    const id = await popular.store({ name: 'stops', steps: [failing({}), set('after', 1)] });
    const run = await popular.run(id);
    expect(run).toMatchObject({
      status: 'failed',
      error: { step: 'bad', message: expect.stringContaining('no rights') },
    });
    expect(run.steps.map(({ path, status }: { path: string; status: string }) => [path, status])).toEqual([
      ['bad', 'failed'],
    ]);
  });

  test('with onError continue the run goes on', async () => {
    const id = await popular.store({
      name: 'goes-on',
      steps: [failing({ onError: 'continue' }), set('after', { a: 1 })],
    });
    expect(await popular.run(id)).toMatchObject({ status: 'completed', output: { a: 1 } });
  });

  test('with onError retry it is tried as often as retryConfig says', async () => {
    const before = popular.toolCalls().length;
    const retryConfig = { maxAttempts: 4, backoffMs: 1 };
    const id = await popular.store({ name: 'retries', steps: [failing({ onError: 'retry', retryConfig })] });
    const run = await popular.run(id);
    expect(run).toMatchObject({ status: 'failed', steps: [{ retry_count: 3 }] });
    expect(popular.toolCalls().length - before).toBe(4);
  });

  test('a lone expression keeps its type, an object in a text is JSON', async () => {
    const values = { lone: '{{input.n}}', text: 'n is {{input.n}}', object: '{{input}}', inside: 'all: {{input.o}}' };
    const id = await popular.store({ name: 'types', steps: [set('s', values)] });
    const { output } = await popular.run(id, { n: 5, o: { 'a-b': [1, '"'] } });
    expect(output).toEqual({
      ...{ lone: 5, text: 'n is 5', object: { n: 5, o: { 'a-b': [1, '"'] } }, inside: 'all: {"a-b":[1,"\\""]}' },
    });
  });
});
