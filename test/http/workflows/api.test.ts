import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { approval, type Stage, sampling, set, workflowStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await workflowStage();
});
afterAll(() => stage.close());

describe(requirement('A15'), () => {
  test('a workflow is stored, found by id and name, and executed', async () => {
    const { ask } = stage;
    const made = await ask('POST /api/workflows', { name: 'hello', steps: [set('say', { hi: '{{input.name}}' })] });
    expect(made).toMatchObject({ status: 201, body: { name: 'hello', version: 1, published: false, triggers: [] } });
    const { id } = made.body;
    for (const known of [id, 'hello']) {
      expect((await ask(`GET /api/workflows/${known}`)).body).toMatchObject({ id, document: { name: 'hello' } });
    }
    const started = await ask(`POST /api/workflows/${id}/execute`, { input: { name: 'Ada' } });
    expect(started).toMatchObject({ status: 202, body: { execution_id: expect.stringMatching(/^exec_/) } });
    const run = await stage.until(started.body.execution_id, 'completed');
    expect(run).toMatchObject({
      id: run.execution_id,
      workflow_id: id,
      version: 1,
      trigger: 'api',
      output: { hi: 'Ada' },
    });
    const { body } = await ask('GET /api/workflows/hello/executions');
    expect(body).toMatchObject({ data: [{ id: run.id, status: 'completed' }], next_cursor: null });
  });

  test('a name that is taken is a conflict, one that is not there is not found', async () => {
    expect((await stage.ask('POST /api/workflows', { name: 'hello', steps: [set('a', 1)] })).status).toBe(409);
    expect((await stage.ask('POST /api/workflows/nobody/execute', {})).status).toBe(404);
    expect((await stage.ask('GET /api/executions/nobody')).status).toBe(404);
  });
});

describe('versions', () => {
  test('never change: a run has the one it began with', async () => {
    const { ask, store } = stage;
    const document = (value: number) => ({
      name: 'versions',
      steps: [approval('ask', { message: 'Go?' }), set('v', value)],
    });
    const id = await store(document(1));
    const early = (await ask(`POST /api/workflows/${id}/execute?wait=30`, {})).body;
    expect((await ask(`PUT /api/workflows/${id}`, document(2))).body).toMatchObject({ id, version: 2 });
    const late = (await ask(`POST /api/workflows/${id}/execute?wait=30`, {})).body;
    for (const { id: item } of (await ask('GET /api/v1/inbox')).body.data)
      await ask(`POST /api/v1/inbox/${item}/approve`, {});
    expect(await stage.until(early.id, 'completed')).toMatchObject({ version: 1, output: 1 });
    expect(await stage.until(late.id, 'completed')).toMatchObject({ version: 2, output: 2 });
    const older = await ask(`GET /api/workflows/versions?version=1`);
    expect(older.body).toMatchObject({ version: 1, document: document(1) });
    const { data } = (await ask(`GET /api/workflows/${id}/versions`)).body;
    expect(data.map(({ version }: { version: number }) => version).sort()).toEqual([1, 2]);
  });

  test('end with the workflow: nothing new starts, and its name is free', async () => {
    const { ask, store } = stage;
    const id = await store({ name: 'goes', steps: [set('a', 1)] });
    expect((await ask(`DELETE /api/workflows/${id}`)).status).toBe(200);
    expect((await ask(`POST /api/workflows/${id}/execute`, {})).status).toBe(404);
    await store({ name: 'goes', steps: [set('a', 1)] });
  });
});

describe('a document', () => {
  test('may be YAML, and is then the JSON that it means', async () => {
    const yaml = 'name: in-yaml\nsteps:\n  - { name: s, type: set, config: { values: { a: 1 } } }\n';
    const { status, body } = await stage.ask('POST /api/workflows', yaml);
    expect([status, body.document]).toEqual([201, { name: 'in-yaml', steps: [set('s', { a: 1 })] }]);
    const wrong = await stage.ask('POST /api/workflows', 'name: [');
    expect(wrong).toMatchObject({ status: 400, body: { success: false, error: { code: 'request.invalid' } } });
    expect(wrong.text).toContain('line 1');
  });

  test('with mistakes is refused with the place of each and what to write', async () => {
    const steps = [sampling('a', '{{steps.later.output}}'), set('later', 1)];
    const { status, body } = await stage.ask('POST /api/workflows', { name: 'wrong', steps });
    expect([status, body.error.code]).toEqual([400, 'request.invalid']);
    expect(body.error.details.problems).toMatchObject([
      {
        pointer: expect.stringContaining('/steps/0/'),
        message: expect.stringContaining('later'),
        fix: expect.any(String),
      },
    ]);
    expect((await stage.ask('GET /api/workflows/wrong')).status).toBe(404);
  });

  test('is checked and priced without being stored', async () => {
    const retryConfig = { maxAttempts: 2, backoffMs: 1 };
    const { body } = await stage.ask('POST /api/workflows/check', {
      name: 'dear',
      steps: [sampling('a', 'hi', { retryConfig })],
    });
    expect(body).toMatchObject({ ok: true, problems: [], unbounded: [] });
    expect(body.worst_case_usd).toBeGreaterThan(0);
    const once = await stage.ask('POST /api/workflows/check', { name: 'dear', steps: [sampling('a', 'hi')] });
    expect(body.worst_case_usd).toBeCloseTo(2 * once.body.worst_case_usd, 12);
    const wrong = await stage.ask('POST /api/workflows/check', { name: 'x', steps: [{ name: 'a', type: 'toool' }] });
    expect(wrong).toMatchObject({
      status: 200,
      body: { ok: false, problems: [{ pointer: '/steps/0/type' }], worst_case_usd: null },
    });
    expect((await stage.ask('GET /api/workflows/dear')).status).toBe(404);
  });

  test('has a JSON Schema that names its parts', async () => {
    const { body } = await stage.ask('GET /api/workflows/schema');
    expect(body).toMatchObject({
      $schema: expect.stringContaining('2020-12'),
      required: expect.arrayContaining(['name', 'steps']),
    });
  });
});

describe('starting a run', () => {
  test('with an Idempotency-Key starts one, however often it is asked', async () => {
    const id = await stage.store({ name: 'once', steps: [set('a', 1)] });
    const other = await stage.store({ name: 'other', steps: [set('a', 1)] });
    const start = (workflow: string) =>
      stage.ask(`POST /api/workflows/${workflow}/execute`, { input: {} }, { headers: { 'idempotency-key': 'k1' } });
    const [first, second] = [await start(id), await start(id)];
    expect(second.body.execution_id).toBe(first.body.execution_id);
    expect((await start(other)).body.execution_id).not.toBe(first.body.execution_id);
    expect((await stage.ask(`GET /api/workflows/${id}/executions`)).body.data.length).toBe(1);
  });

  test('holds the input to the schema of the definition', async () => {
    const input = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
    const id = await stage.store({ name: 'typed', input, steps: [set('a', '{{input.n}}')] });
    const wrong = await stage.ask(`POST /api/workflows/${id}/execute`, { input: { n: 'x' } });
    expect(wrong).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('/n') } } });
    expect(await stage.run(id, { n: 3 })).toMatchObject({ status: 'completed', output: 3 });
  });

  test('answers with the run when it is over, or as it is after the wait', async () => {
    const id = await stage.store({ name: 'slow', steps: [{ name: 'w', type: 'wait', config: { ms: 60_000 } }] });
    const waiting = await stage.ask(`POST /api/workflows/${id}/execute?wait=0.05`, {});
    expect(waiting).toMatchObject({ status: expect.toBeOneOf([200, 202]), body: { steps: expect.any(Array) } });
    await stage.ask(`POST /api/executions/${waiting.body.id}/cancel`);
    const quick = await stage.store({ name: 'quick', steps: [set('a', 1)] });
    expect(await stage.ask(`POST /api/workflows/${quick}/execute?wait=30`, {})).toMatchObject({
      status: 200,
      body: { output: 1 },
    });
  });
});

describe("an application's key", () => {
  test('starts runs and sees its own, no others, and changes nothing', async () => {
    const { ask, store } = stage;
    const id = await store({ name: 'app', steps: [approval('ask', { message: 'Go?' })] });
    const [mine, theirs] = [(await stage.key({})).key, (await stage.key({})).key];
    const { body } = await ask(`POST /api/workflows/app/execute?wait=30`, {}, { key: mine });
    expect(body.status).toBe('waiting');
    expect((await ask(`GET /api/executions/${body.id}`, undefined, { key: mine })).status).toBe(200);
    for (const line of [
      `GET /api/executions/${body.id}`,
      `GET /api/executions/${body.id}/events`,
      `POST /api/executions/${body.id}/cancel`,
    ]) {
      expect((await ask(line, undefined, { key: theirs })).status).toBe(404);
    }
    for (const line of [
      'POST /api/workflows',
      `PUT /api/workflows/${id}`,
      `POST /api/executions/${body.id}/fork`,
      'GET /api/v1/inbox',
    ]) {
      expect((await ask(line, line.startsWith('GET') ? undefined : {}, { key: mine })).status).toBe(403);
    }
    expect((await ask(`POST /api/executions/${body.id}/cancel`, undefined, { key: mine })).status).toBe(200);
    expect((await stage.until(body.id, 'cancelled')).error).toBeDefined();
  });
});

test('who stored, published, deleted, decided and cancelled is in the audit log', async () => {
  const { body } = await stage.ask('GET /api/v1/audit?limit=1000');
  const actions = new Set(body.data.map(({ action }: { action: string }) => action));
  await stage.ask('POST /api/workflows/hello/publish', {});
  expect((await stage.ask('GET /api/workflows/hello')).body.published).toBe(true);
  for (const action of ['workflow.create', 'workflow.update', 'workflow.delete', 'inbox.approve', 'execution.cancel']) {
    expect(actions).toContain(action);
  }
  const [newest] = (await stage.ask('GET /api/v1/audit?limit=1')).body.data;
  expect(newest).toMatchObject({ action: 'workflow.publish', actor: 'admin', detail: { name: 'hello' } });
});

test('tool servers are listed and cannot be added', async () => {
  const { body } = await stage.ask('GET /api/v1/mcp/servers');
  expect(body.data).toMatchObject([{ name: 'github' }]);
  expect((await stage.ask('POST /api/v1/mcp/servers', { name: 'x', command: 'touch' })).status).toBe(405);
  expect((await stage.ask('POST /api/mcp/servers', { name: 'x', command: 'touch' })).status).toBe(404);
});
