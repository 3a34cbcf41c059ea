import OpenAI, { toFile } from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../../server/src/simulator/server.ts';
import { requirement } from '../../support/requirement.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';

let simulator: Simulator;
let weir: RunningWeir;
let config: string;
let client: OpenAI;

/** One provider that has no batches of its own. */
async function start(simulated: object = {}, settings: object = {}): Promise<void> {
  simulator = await startSimulator({ latency: { firstTokenMs: 0, interTokenMs: 0 }, ...simulated });
  config = JSON.stringify({
    providers: {
      anthropic: { api_key: 'sk-ant-first', base_url: simulator.url },
      local: { type: 'openai-compatible', api_key: 'sk-local', base_url: `${simulator.url}/v1` },
    },
    retry: { max_attempts: 0 },
    ...settings,
  });
  weir = await startWeir({ config });
  client = clientOf(await weir.key());
}
const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${weir.url}/v1`, apiKey, maxRetries: 0 });

beforeEach(() => start());
afterEach(async () => {
  await weir.stop();
  await simulator.close();
});

const CHAT = '/v1/chat/completions';
const MODEL = 'anthropic/claude-sonnet-4-6';
const chat = (content: string, model = MODEL) => ({ model, max_tokens: 50, messages: [{ role: 'user', content }] });

async function upload(lines: readonly { id: string; body: object }[], url = CHAT, of = client) {
  const text = lines.map(({ id, body }) => `${JSON.stringify({ custom_id: id, method: 'POST', url, body })}\n`);
  return of.files.create({ file: await toFile(Buffer.from(text.join('')), 'in.jsonl'), purpose: 'batch' });
}

async function create(fileId: string, endpoint = CHAT, of = client) {
  const metadata = { night: 'first' };
  return of.batches.create({
    input_file_id: fileId,
    endpoint: endpoint as '/v1/chat/completions',
    completion_window: '24h',
    metadata,
  });
}

async function ended(id: string) {
  const look = async () => (await client.batches.retrieve(id)).status;
  await expect.poll(look, { timeout: 15_000, interval: 30 }).toMatch(/^(completed|cancelled|failed|expired)$/);
  return client.batches.retrieve(id);
}

// biome-ignore lint/suspicious/noExplicitAny: lines of every endpoint
async function linesOf(fileId: string | null | undefined): Promise<any[]> {
  if (fileId === null || fileId === undefined) return [];
  const text = await (await client.files.content(fileId)).text();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function recordsOf(batchId: string) {
  const { json } = await weir.api('GET /api/v1/usage/records?limit=1000');
  return json.data.filter(({ tags }: { tags: Record<string, string> }) => tags.batch === batchId);
}

describe(requirement('E12i'), () => {
  test('a batch runs on a provider that has none, and every line is recorded and paid for', async () => {
    const lines = Array.from({ length: 12 }, (_, at) => ({ id: `line-${at}`, body: chat(`say "number ${at}"`) }));
    const file = await upload([...lines, { id: 'odd', body: chat('hi', 'nobody/knows-it') }]);
    expect(file).toMatchObject({ object: 'file', purpose: 'batch', filename: 'in.jsonl', status: 'processed' });
    const created = await create(file.id);
    expect(created).toMatchObject({
      object: 'batch',
      endpoint: CHAT,
      metadata: { night: 'first' },
      status: 'validating',
    });
    const batch = await ended(created.id);
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 13, completed: 12, failed: 1 } });
    const output = await linesOf(batch.output_file_id);
    expect(output.map(({ custom_id }) => custom_id)).toEqual(lines.map(({ id }) => id));
    expect(output[3]).toMatchObject({
      response: { status_code: 200, request_id: expect.stringMatching(/^req_/), body: { object: 'chat.completion' } },
      error: null,
    });
    expect(output[3].response.body.choices[0].message.content).toContain('number 3');
    const errors = await linesOf(batch.error_file_id);
    expect(errors).toMatchObject([
      { custom_id: 'odd', response: { status_code: 404, body: { error: { code: 'model.unknown' } } } },
    ]);
    const records = await recordsOf(batch.id);
    expect(records).toHaveLength(13);
    const paid = records.filter(({ success }: { success: boolean }) => success);
    for (const record of paid) expect(record).toMatchObject({ provider: 'anthropic', cost_state: 'exact' });
    expect(paid.map(({ request_id }: { request_id: string }) => request_id).sort()).toEqual(
      output.map(({ response }) => response.request_id).sort(),
    );
    expect(simulator.journal.entries.filter(({ path }) => /files|batches/.test(path))).toEqual([]);
  });

  test.each([
    ['/v1/responses', { model: MODEL, input: 'say "forty two"', store: false }, 'response'],
    ['/v1/embeddings', { model: 'local/text-embedding-3-small', input: 'forty two' }, 'list'],
    ['/v1/completions', { model: MODEL, prompt: 'say "forty two"', max_tokens: 20 }, 'text_completion'],
  ])('lines may ask %s', async (endpoint, body, object) => {
    const batch = await ended((await create((await upload([{ id: 'a', body }], endpoint)).id, endpoint)).id);
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 1, completed: 1, failed: 0 } });
    expect(await linesOf(batch.output_file_id)).toMatchObject([{ custom_id: 'a', response: { body: { object } } }]);
  });

  test('a cancelled batch starts no further line and keeps what is done', async () => {
    await weir.stop();
    await simulator.close();
    await start({ latency: { firstTokenMs: 30, interTokenMs: 0 } }, { batches: { concurrency: 1 } });
    const lines = Array.from({ length: 100 }, (_, at) => ({ id: `line-${at}`, body: chat('hi') }));
    const { id } = await create((await upload(lines)).id);
    const done = async () => (await client.batches.retrieve(id)).request_counts?.completed ?? 0;
    await expect.poll(done, { timeout: 10_000, interval: 10 }).toBeGreaterThan(2);
    expect((await client.batches.cancel(id)).status).toBe('cancelling');
    const batch = await ended(id);
    expect(batch.status).toBe('cancelled');
    const output = await linesOf(batch.output_file_id);
    expect(output.length).toBe(batch.request_counts?.completed);
    expect(output.length).toBeLessThan(50);
    await expect(client.batches.cancel(id)).rejects.toMatchObject({ status: 409 });
  });

  test('after a kill the batch goes on: every line is answered once, and no line that was done is asked again', async () => {
    await weir.stop();
    await simulator.close();
    await start({ latency: { firstTokenMs: 20, interTokenMs: 0 } }, { batches: { concurrency: 2 } });
    const lines = Array.from({ length: 40 }, (_, at) => ({ id: `line-${at}`, body: chat(`say "number ${at}"`) }));
    const { id } = await create((await upload(lines)).id);
    const done = async () => (await client.batches.retrieve(id)).request_counts?.completed ?? 0;
    await expect.poll(done, { timeout: 10_000, interval: 10 }).toBeGreaterThan(5);
    await weir.kill9();
    weir = await startWeir({ config, dataDir: weir.dataDir });
    client = new OpenAI({ baseURL: `${weir.url}/v1`, apiKey: client.apiKey, maxRetries: 0 });
    const batch = await ended(id);
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 40, completed: 40, failed: 0 } });
    const output = await linesOf(batch.output_file_id);
    expect(output.map(({ custom_id }) => custom_id)).toEqual(lines.map(({ id }) => id));
    const asked = simulator.journal.entries.filter(({ path }) => path === '/v1/messages').length;
    expect(asked).toBeGreaterThanOrEqual(40);
    expect(asked).toBeLessThanOrEqual(42);
  });
});

test.each([
  ['no JSON', 'not json\n', 'invalid_json_line', 1],
  [
    'no custom_id',
    '{"method":"POST","url":"/v1/chat/completions","body":{"model":"m"}}\n',
    'missing_required_parameter',
    1,
  ],
  [
    'another endpoint',
    '{"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{"model":"m"}}\n',
    'mismatched_endpoint',
    1,
  ],
  [
    'a custom_id twice',
    '{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"m"}}\n'.repeat(2),
    'duplicate_custom_id',
    2,
  ],
  ['nothing', '\n', 'empty_file', null],
])('a file with %s fails the batch and names the line', async (_name, text, code, line) => {
  const file = await client.files.create(
    { file: await toFile(Buffer.from(text), 'in.jsonl'), purpose: 'batch' },
    { headers: { 'x-weir-provider': 'weir' } },
  );
  const batch = await ended((await create(file.id)).id);
  expect(batch).toMatchObject({ status: 'failed', errors: { data: [{ code, line }] }, output_file_id: null });
});

test('files and batches in Weir are listed, sealed, deleted, and not there for other projects', async () => {
  const file = await upload([{ id: 'a', body: chat('canary-in-a-batch') }]);
  const batch = await ended((await create(file.id)).id);
  expect((await client.files.list({ purpose: 'batch' })).data.map(({ id }) => id)).toEqual([file.id]);
  expect((await client.batches.list()).data).toMatchObject([{ id: batch.id, status: 'completed' }]);
  expect(await (await client.files.content(file.id)).text()).toContain('canary-in-a-batch');
  const { json } = await weir.api('POST /api/v1/projects', { name: 'theirs' });
  const theirs = clientOf(await weir.key({ project_id: json.id }));
  const notFound = { status: 404, code: 'resource.not_found' };
  await expect(theirs.files.retrieve(file.id)).rejects.toMatchObject(notFound);
  await expect(theirs.files.content(String(batch.output_file_id))).rejects.toMatchObject(notFound);
  await expect(theirs.batches.retrieve(batch.id)).rejects.toMatchObject(notFound);
  await expect(theirs.batches.cancel(batch.id)).rejects.toMatchObject(notFound);
  await expect(create(file.id, CHAT, theirs)).rejects.toMatchObject(notFound);
  expect(await client.files.delete(file.id)).toEqual({ id: file.id, object: 'file', deleted: true });
  await expect(client.files.retrieve(file.id)).rejects.toMatchObject(notFound);
});

test('lines are asked with the key of who made the batch: its models hold for each of them', async () => {
  const limited = clientOf(await weir.key({ models: [MODEL] }));
  const lines = [
    { id: 'fine', body: chat('hi') },
    { id: 'denied', body: chat('hi', 'local/gpt-4o') },
  ];
  const { id } = await create((await upload(lines, CHAT, limited)).id, CHAT, limited);
  const batch = await ended(id);
  expect((await linesOf(batch.output_file_id)).map(({ custom_id }) => custom_id)).toEqual(['fine']);
  expect(await linesOf(batch.error_file_id)).toMatchObject([{ custom_id: 'denied', response: { status_code: 403 } }]);
});

test.each([
  [{ endpoint: '/v1/images/generations' }, 'endpoint'],
  [{ completion_window: '1h' }, 'completion_window'],
  [{ metadata: { a: 1 } }, 'metadata'],
  [{ input_file_id: undefined }, 'input_file_id'],
])('a batch with %j is refused, naming the field', async (wrong, param) => {
  const file = await upload([{ id: 'a', body: chat('hi') }]);
  const body = { input_file_id: file.id, endpoint: CHAT, completion_window: '24h', ...wrong };
  const reply = await weir.api('POST /v1/batches', body, { authorization: `Bearer ${client.apiKey}` });
  expect([reply.status, reply.json.error.param]).toEqual([400, param]);
});
