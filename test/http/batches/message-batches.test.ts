import Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../../server/src/simulator/server.ts';
import { requirement } from '../../support/requirement.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';

type Request = Anthropic.Messages.BatchCreateParams.Request;

let simulator: Simulator;
let weir: RunningWeir;
let config: string;
let client: Anthropic;

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
async function startAgain(simulated: object, settings: object): Promise<void> {
  await weir.stop();
  await simulator.close();
  await start(simulated, settings);
}
const clientOf = (apiKey: string) => new Anthropic({ baseURL: weir.url, apiKey, maxRetries: 0 });

beforeEach(() => start());
afterEach(async () => {
  await weir.stop();
  await simulator.close();
});

const MODEL = 'anthropic/claude-sonnet-4-6';
function ask(custom_id: string, content = 'hi', model = MODEL): Request {
  return { custom_id, params: { model, max_tokens: 50, messages: [{ role: 'user', content }] } };
}
const many = (count: number) => Array.from({ length: count }, (_, at) => ask(`r-${at}`, `say "number ${at}"`));

async function ended(id: string, of = client) {
  const look = async () => (await of.messages.batches.retrieve(id)).processing_status;
  await expect.poll(look, { timeout: 15_000, interval: 30 }).toBe('ended');
  return of.messages.batches.retrieve(id);
}

async function resultsOf(id: string, of = client) {
  const results = [];
  for await (const result of await of.messages.batches.results(id)) results.push(result);
  return results;
}

async function recordsOf(batchId: string) {
  const { json } = await weir.api('GET /api/v1/usage/records?limit=1000');
  return json.data.filter(({ tags }: { tags: Record<string, string> }) => tags.batch === batchId);
}

const answered = () => simulator.journal.entries.filter(({ path }) => path === '/v1/messages').length;

describe(requirement('E12i'), () => {
  test('requests for several providers are answered, recorded and paid for each by itself', async () => {
    const requests = [...many(6), ask('other', 'say "elsewhere"', 'local/gpt-4o-mini'), ask('odd', 'hi', 'nobody/has')];
    const created = await client.messages.batches.create({ requests });
    expect(created).toMatchObject({
      id: expect.stringMatching(/^msgbatch_/),
      type: 'message_batch',
      processing_status: 'in_progress',
      request_counts: { processing: 8, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      ended_at: null,
      archived_at: null,
      cancel_initiated_at: null,
      results_url: null,
    });
    expect(Date.parse(created.expires_at) - Date.parse(created.created_at)).toBe(86_400_000);
    const batch = await ended(created.id);
    expect(batch.request_counts).toEqual({ processing: 0, succeeded: 7, errored: 1, canceled: 0, expired: 0 });
    expect(batch.results_url).toBe(`${weir.url}/v1/messages/batches/${batch.id}/results`);
    expect(Date.parse(String(batch.ended_at))).toBeGreaterThanOrEqual(Date.parse(batch.created_at));
    const results = await resultsOf(batch.id);
    expect(results.map(({ custom_id }) => custom_id)).toEqual(requests.map(({ custom_id }) => custom_id));
    expect(results[3]).toMatchObject({
      result: { type: 'succeeded', message: { type: 'message', role: 'assistant' } },
    });
    expect(JSON.stringify(results[3])).toContain('number 3');
    expect(JSON.stringify(results[6])).toContain('elsewhere');
    expect(results[7]?.result).toMatchObject({
      type: 'errored',
      error: { type: 'error', error: { type: 'not_found_error' }, request_id: expect.stringMatching(/^req_/) },
    });
    const records = await recordsOf(batch.id);
    expect(records).toHaveLength(8);
    const paid = records.filter(({ success }: { success: boolean }) => success);
    expect(paid.map(({ provider }: { provider: string }) => provider).sort()).toEqual([
      ...Array<string>(6).fill('anthropic'),
      'local',
    ]);
    expect(simulator.journal.entries.filter(({ path }) => path.includes('batches'))).toEqual([]);
  });

  test('a cancelled batch starts no further request and says which were not asked', async () => {
    await startAgain({ latency: { firstTokenMs: 30, interTokenMs: 0 } }, { batches: { concurrency: 1 } });
    const { id } = await client.messages.batches.create({ requests: many(100) });
    await expect.poll(answered, { timeout: 10_000, interval: 10 }).toBeGreaterThan(2);
    const running = await client.messages.batches.retrieve(id);
    expect(running.request_counts).toEqual({ processing: 100, succeeded: 0, errored: 0, canceled: 0, expired: 0 });
    await expect(client.messages.batches.delete(id)).rejects.toMatchObject({ status: 400 });
    const early = await weir.api(`GET /v1/messages/batches/${id}/results`, undefined, {
      'x-api-key': String(client.apiKey),
    });
    expect(early.status).toBe(400);
    const cancelling = await client.messages.batches.cancel(id);
    expect(cancelling).toMatchObject({ processing_status: 'canceling', cancel_initiated_at: expect.any(String) });
    const batch = await ended(id);
    const { succeeded, canceled } = batch.request_counts;
    expect([succeeded + canceled, succeeded > 2, canceled > 50]).toEqual([100, true, true]);
    const results = await resultsOf(id);
    expect(results).toHaveLength(100);
    expect(results.filter(({ result }) => result.type === 'canceled')).toHaveLength(canceled);
    await expect(client.messages.batches.cancel(id)).rejects.toMatchObject({ status: 400 });
  });

  test('after a kill the batch goes on: each request is answered once', async () => {
    await startAgain({ latency: { firstTokenMs: 20, interTokenMs: 0 } }, { batches: { concurrency: 2 } });
    const { id } = await client.messages.batches.create({ requests: many(40) });
    await expect.poll(answered, { timeout: 10_000, interval: 10 }).toBeGreaterThan(5);
    await weir.kill9();
    weir = await startWeir({ config, dataDir: weir.dataDir });
    client = clientOf(String(client.apiKey));
    expect((await ended(id)).request_counts.succeeded).toBe(40);
    expect((await resultsOf(id)).map(({ custom_id }) => custom_id)).toEqual(many(40).map(({ custom_id }) => custom_id));
    expect(answered()).toBeGreaterThanOrEqual(40);
    expect(answered()).toBeLessThanOrEqual(42);
  });
});

test('requests are asked with the headers of the wire that the batch came with', async () => {
  const headers = { 'anthropic-beta': 'context-1m-2025-08-07' };
  const { id } = await client.messages.batches.create({ requests: [ask('a')] }, { headers });
  await ended(id);
  const { headers: sent } = simulator.journal.entries.find(({ path }) => path === '/v1/messages') ?? {};
  expect(sent).toMatchObject(headers);
});

test('requests are asked with the key of who made the batch: its models hold for each of them', async () => {
  const limited = clientOf(await weir.key({ models: [MODEL] }));
  const { id } = await limited.messages.batches.create({
    requests: [ask('fine'), ask('denied', 'hi', 'local/gpt-4o')],
  });
  await ended(id, limited);
  expect(await resultsOf(id, limited)).toMatchObject([
    { custom_id: 'fine', result: { type: 'succeeded' } },
    { custom_id: 'denied', result: { type: 'errored', error: { error: { type: 'permission_error' } } } },
  ]);
});

test('batches are listed newest first in pages both ways, deleted, and not there for other projects', async () => {
  const ids: string[] = [];
  for (let at = 0; at < 5; at++) ids.unshift((await client.messages.batches.create({ requests: [ask('a')] })).id);
  await Promise.all(ids.map((id) => ended(id)));
  const listed: string[] = [];
  for await (const { id } of client.messages.batches.list({ limit: 2 })) listed.push(id);
  expect(listed).toEqual(ids);
  const newer = await client.messages.batches.list({ limit: 2, before_id: String(ids[3]) });
  expect([newer.data.map(({ id }) => id), newer.has_more]).toEqual([ids.slice(1, 3), true]);
  const id = String(ids[0]);
  const { json } = await weir.api('POST /api/v1/projects', { name: 'theirs' });
  const { batches: theirs } = clientOf(await weir.key({ project_id: json.id })).messages;
  const notFound = { status: 404, error: { error: { type: 'not_found_error' } } };
  await expect(theirs.retrieve(id)).rejects.toMatchObject(notFound);
  await expect(theirs.cancel(id)).rejects.toMatchObject(notFound);
  await expect(theirs.delete(id)).rejects.toMatchObject(notFound);
  await expect(theirs.list({ after_id: id })).rejects.toMatchObject(notFound);
  expect((await theirs.list()).data).toEqual([]);
  const results = `GET /v1/messages/batches/${id}/results`;
  expect((await weir.api(results)).text).toBe(
    (await weir.api(results, undefined, { 'x-api-key': String(client.apiKey) })).text,
  );
  expect(await client.messages.batches.delete(id)).toEqual({ id, type: 'message_batch_deleted' });
  await expect(client.messages.batches.retrieve(id)).rejects.toMatchObject(notFound);
  expect((await weir.api(results)).status).toBe(404);
  expect((await client.messages.batches.list()).data.map((batch) => batch.id)).toEqual(ids.slice(1));
});

const WRONG: readonly [unknown, string][] = [
  [{}, 'requests'],
  [[], 'requests'],
  [['hi'], 'requests[0]'],
  [[{ params: ask('a').params }], 'requests[0].custom_id'],
  [[ask('a b')], 'requests[0].custom_id'],
  [[ask('a'.repeat(65))], 'requests[0].custom_id'],
  [[ask('a'), ask('a')], 'requests[1].custom_id'],
  [[{ custom_id: 'a' }], 'requests[0].params'],
  [[{ ...ask('a'), params: { ...ask('a').params, stream: true } }], 'requests[0].params.stream'],
];

test('a batch that is wrong is refused, naming the field', async () => {
  for (const [requests, param] of WRONG) {
    const create = client.messages.batches.create({ requests: requests as Request[] });
    await expect(create).rejects.toMatchObject({
      status: 400,
      error: { error: { type: 'invalid_request_error', details: { param } } },
    });
  }
});

test('more requests than batches.max_lines are refused, naming the setting', async () => {
  await startAgain({}, { batches: { max_lines: 3 } });
  await expect(client.messages.batches.create({ requests: many(4) })).rejects.toThrow(/batches\.max_lines is 3/);
});
