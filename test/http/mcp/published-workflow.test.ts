import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { approval, type Stage, sampling, set, workflowStage } from '../workflows/stage.ts';

let stage: Stage;
let client: Client;
beforeAll(async () => {
  stage = await workflowStage();
  client = new Client({ name: 'test', version: '1.0.0' });
  const requestInit = { headers: { authorization: `Bearer ${stage.adminKey}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${stage.url}/mcp`), { requestInit }));
});
afterAll(async () => {
  await client.close();
  await stage.close();
});

const flow = (name: string) => ({
  name,
  description: 'Says something about a word',
  input: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
  steps: [sampling('ask', 'A word: {{input.word}}'), set('end', { said: '{{steps.ask.output.content}}' })],
});
const toolNames = async () => (await client.listTools()).tools.map(({ name }) => name);

test('a workflow is a tool once it is published, runs as any other, and is none when that is taken back', async () => {
  const id = await stage.store(flow('say'));
  expect(await toolNames()).not.toContain('say');
  expect((await stage.ask(`POST /api/workflows/${id}/publish`, { published: true })).status).toBe(200);
  expect(await toolNames()).toContain('say');
  const before = stage.upstream.requests.length;
  const result = await client.callTool({ name: 'say', arguments: { word: 'river' } });
  expect(JSON.stringify(result.content)).toContain('fine');
  expect(stage.upstream.requests.length).toBe(before + 1);
  const { body } = await stage.ask(`GET /api/workflows/${id}/executions`);
  expect(body.data).toMatchObject([{ status: 'completed' }]);
  expect(body.data[0].cost_usd).toBeGreaterThan(0);
  await stage.ask(`POST /api/workflows/${id}/publish`, { published: false });
  expect(await toolNames()).not.toContain('say');
});

test('arguments that do not fit the input start no run', async () => {
  const id = await stage.store(flow('strict'));
  await stage.ask(`POST /api/workflows/${id}/publish`, { published: true });
  const result = await client.callTool({ name: 'strict', arguments: {} });
  expect(result.isError).toBe(true);
  expect(JSON.stringify(result.content)).toContain('word');
  expect((await stage.ask(`GET /api/workflows/${id}/executions`)).body.data).toEqual([]);
});

test('a run that waits for a person is asked for by its id until somebody decided', async () => {
  const document = { name: 'careful', steps: [approval('may', { message: 'May it?' }), set('end', { done: true })] };
  const id = await stage.store(document);
  await stage.ask(`POST /api/workflows/${id}/publish`, { published: true });
  const waiting = await client.callTool({ name: 'careful', arguments: {} });
  const { body: runs } = await stage.ask(`GET /api/workflows/${id}/executions`);
  expect(JSON.stringify(waiting.content)).toContain(runs.data[0].id);
  const { body: inbox } = await stage.ask('GET /api/v1/inbox');
  const item = inbox.data.find((each: { execution_id: string }) => each.execution_id === runs.data[0].id);
  await stage.ask(`POST /api/v1/inbox/${item.id}/approve`, {});
  await stage.until(runs.data[0].id, 'completed');
  const over = await client.callTool({ name: 'weir_execution', arguments: { execution_id: runs.data[0].id } });
  expect(JSON.stringify(over.content)).toContain('done');
}, 120_000);
