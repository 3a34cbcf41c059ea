import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema, CreateTaskResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { approval, type Stage, set, workflowStage } from '../workflows/stage.ts';

const WHO = { name: 'test', version: '1.0.0' };
const EXTENSION = 'io.modelcontextprotocol/tasks';
const ANY = z.looseObject({});

let stage: Stage;
beforeAll(async () => {
  stage = await workflowStage();
  await publish({ name: 'careful', steps: [approval('may', { message: 'May it?' }), set('end', { done: true })] });
  await publish({ name: 'quick', steps: [set('end', { done: true })] });
  await publish({ name: 'wrong', steps: [{ name: 'no', type: 'fail', config: { message: 'no rights' } }] });
}, 30_000);
afterAll(() => stage.close());

async function publish(document: { name: string; steps: object[] }): Promise<void> {
  const id = await stage.store(document);
  await stage.ask(`POST /api/workflows/${id}/publish`, { published: true });
}

async function connected(options: ConstructorParameters<typeof Client>[1] = {}, key = stage.adminKey): Promise<Client> {
  const client = new Client(WHO, options);
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${stage.url}/mcp`), { requestInit }));
  onTestFinished(() => client.close());
  return client;
}

async function approve(run: string): Promise<void> {
  const { body } = await stage.ask(`GET /api/v1/inbox?execution_id=${run}`);
  await stage.ask(`POST /api/v1/inbox/${body.data[0].id}/approve`, {});
}

const inferenceKey = async () => (await stage.key({ name: 'app', role: 'inference' })).key;

describe('tasks of 2025-11-25', () => {
  type Task = { taskId: string; status: string; ttl: unknown; pollInterval: number; createdAt: string };
  const asTask = async (client: Client, name: string): Promise<Task> => {
    const params = { name, arguments: {}, task: { ttl: 60_000 } };
    return ((await client.request({ method: 'tools/call', params }, ANY)) as { task: Task }).task;
  };
  const about = (client: Client, method: string, params: object = {}) =>
    client.request({ method, params: params as never }, ANY) as Promise<{ [field: string]: never }>;

  test('are offered: by the server, and by each published workflow', async () => {
    const client = await connected();
    expect(client.getServerCapabilities()?.tasks).toEqual({
      list: {},
      cancel: {},
      requests: { tools: { call: {} } },
    });
    const { tools } = await client.listTools();
    const support = Object.fromEntries(tools.map(({ name, execution }) => [name, execution?.taskSupport]));
    expect(support).toMatchObject({ careful: 'optional', quick: 'optional' });
    expect(support.weir_execution).toBeUndefined();
  });

  test('answer at once, wait for a person, and give the result of the tool', async () => {
    const client = await connected();
    const { taskId, status, ttl, pollInterval, createdAt } = await asTask(client, 'careful');
    expect([status, ttl]).toEqual(['working', null]);
    expect(pollInterval).toBeGreaterThan(0);
    expect(new Date(createdAt).toISOString()).toBe(createdAt);
    await stage.until(taskId, 'waiting');
    expect(await about(client, 'tasks/get', { taskId })).toMatchObject({
      ...{ taskId, status: 'working' },
      statusMessage: expect.stringContaining('inbox'),
    });
    const result = about(client, 'tasks/result', { taskId });
    await approve(taskId);
    expect(await result).toMatchObject({
      structuredContent: { done: true },
      _meta: { 'io.modelcontextprotocol/related-task': { taskId } },
    });
    expect(await about(client, 'tasks/get', { taskId })).toMatchObject({ status: 'completed' });
  });

  test('that fail say so, and their result is the error of the tool', async () => {
    const client = await connected();
    const { taskId } = await asTask(client, 'wrong');
    expect(await about(client, 'tasks/result', { taskId })).toMatchObject({ isError: true });
    expect(await about(client, 'tasks/get', { taskId })).toMatchObject({
      status: 'failed',
      statusMessage: expect.stringContaining('no rights'),
    });
  });

  test('are cancelled once: the run ends', async () => {
    const client = await connected();
    const { taskId } = await asTask(client, 'careful');
    expect(await about(client, 'tasks/cancel', { taskId })).toMatchObject({ taskId, status: 'cancelled' });
    expect((await stage.ask(`GET /api/executions/${taskId}`)).body.status).toBe('cancelled');
    await expect(about(client, 'tasks/cancel', { taskId })).rejects.toMatchObject({ code: -32_602 });
  });

  test('are known to the key that made them only, when it is an application', async () => {
    const [one, two] = [await connected({}, await inferenceKey()), await connected({}, await inferenceKey())];
    const { taskId } = await asTask(one, 'careful');
    const listed = (await about(one, 'tasks/list')) as unknown as { tasks: Task[] };
    expect(listed.tasks.map((task) => task.taskId)).toEqual([taskId]);
    expect(await about(two, 'tasks/list')).toMatchObject({ tasks: [] });
    for (const method of ['tasks/get', 'tasks/cancel', 'tasks/result'])
      await expect(about(two, method, { taskId })).rejects.toMatchObject({ code: -32_602 });
    await expect(about(one, 'tasks/get', { taskId: 'exec_nobody' })).rejects.toMatchObject({ code: -32_602 });
    const asked = await two.callTool({ name: 'weir_execution', arguments: { execution_id: taskId } });
    expect(asked.isError).toBe(true);
    await about(one, 'tasks/cancel', { taskId });
  });

  test('are followed to their end by the old library', async () => {
    const client = new OldClient(WHO);
    const requestInit = { headers: { authorization: `Bearer ${stage.adminKey}` } };
    await client.connect(new OldTransport(new URL(`${stage.url}/mcp`), { requestInit }) as never);
    onTestFinished(() => client.close());
    const params = { name: 'quick', arguments: {}, task: { ttl: 60_000 } };
    const { task } = await client.request({ method: 'tools/call', params }, CreateTaskResultSchema);
    const result = await client.request(
      { method: 'tasks/result', params: { taskId: task.taskId } },
      CallToolResultSchema,
    );
    expect(result.structuredContent).toEqual({ done: true });
  });
});

describe('tasks of 2026-07-28', () => {
  const MODERN = {
    versionNegotiation: { mode: { pin: '2026-07-28' } },
    capabilities: { extensions: { [EXTENSION]: {} } },
  } as const;
  const about = (client: Client, method: string, params: object) =>
    client.request({ method, params: params as never }, ANY) as Promise<{ [field: string]: never }>;

  /** A tool call as it goes over the wire: the library's own client does not take tasks for an answer yet. */
  async function call(name: string, extensions: object): Promise<{ [field: string]: unknown }> {
    const response = await fetch(`${stage.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stage.adminKey}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': name,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: {
          ...{ name, arguments: {} },
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientInfo': WHO,
            'io.modelcontextprotocol/clientCapabilities': { extensions },
          },
        },
      }),
    });
    const text = await response.text();
    const json = text.startsWith('{') ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? '');
    return JSON.parse(json).result;
  }

  test('are offered as the extension', async () => {
    const client = await connected(MODERN);
    expect(client.getServerCapabilities()?.extensions).toEqual({ [EXTENSION]: {} });
  });

  test('stand for runs that take long: asked for until they have their result', async () => {
    const client = await connected(MODERN);
    const task = await call('careful', { [EXTENSION]: {} });
    expect(task).toMatchObject({ resultType: 'task', status: 'working', ttlMs: null });
    const taskId = String(task.taskId);
    expect(await about(client, 'tasks/get', { taskId })).toMatchObject({ taskId, status: 'working' });
    await about(client, 'tasks/update', { taskId, inputResponses: { nobody: { action: 'accept' } } });
    await approve(taskId);
    await stage.until(taskId, 'completed');
    expect(await about(client, 'tasks/get', { taskId })).toMatchObject({
      status: 'completed',
      result: { structuredContent: { done: true } },
    });
  });

  test('are cancelled, and that is acknowledged whatever the run has come to', async () => {
    const client = await connected(MODERN);
    const taskId = String((await call('careful', { [EXTENSION]: {} })).taskId);
    await about(client, 'tasks/cancel', { taskId });
    expect(await about(client, 'tasks/get', { taskId })).toMatchObject({ status: 'cancelled' });
    await about(client, 'tasks/cancel', { taskId });
  });

  test('are not made of runs that are soon over, nor for clients that do not know them', async () => {
    expect(await call('quick', { [EXTENSION]: {} })).toMatchObject({ structuredContent: { done: true } });
    expect(await call('wrong', { [EXTENSION]: {} })).toMatchObject({ isError: true });
    const plain = await call('careful', {});
    expect(plain).toMatchObject({ structuredContent: { status: 'waiting' } });
    const client = await connected({ versionNegotiation: { mode: { pin: '2026-07-28' } } });
    await expect(about(client, 'tasks/get', { taskId: 'exec_1' })).rejects.toMatchObject({ code: -32_021 });
  });
});
