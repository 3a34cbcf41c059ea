import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RawUpstream } from '../../http/clients/raw-upstream.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { completion } from '../support/gateway-fixture.ts';
import { RawClient } from '../support/raw-client.ts';

/** More than the sockets of both sides hold, less than what an Idempotency-Key keeps. */
const LONG = 'x'.repeat(7_500_000);
const PATH = '/v1/chat/completions';

let upstream: RawUpstream;
let weir: RunningWeir;
let config: string;

beforeEach(async () => {
  upstream = new RawUpstream();
  const url = await upstream.listen();
  config = JSON.stringify({ providers: { openai: { api_key: 'sk-first', base_url: `${url}/v1` } } });
  weir = await startWeir({ config });
});
afterEach(async () => {
  await weir.stop();
  await upstream.close();
});

test('F39: a kill after a reply was settled and kept, before it was sent: one record, and its key replays it', async () => {
  const body = JSON.stringify(completion(LONG));
  upstream.answer = (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  const client = await RawClient.connect(weir.url);
  client.pause();
  client.send(PATH, request());
  await expect.poll(keptReplies, { timeout: 10_000, interval: 5 }).toBe(1);
  await weir.kill9();
  client.resume();
  await client.closed();
  expect(client.text.length).toBeLessThan(body.length);
  weir = await startWeir({ config, dataDir: weir.dataDir });
  expect(await records()).toMatchObject([{ success: true, cost_state: 'exact', attempts: [{ reason: 'first' }] }]);
  const again = await fetch(weir.url + PATH, { method: 'POST', ...request() });
  expect([again.status, again.headers.get('x-weir-replayed')]).toEqual([200, 'true']);
  expect((await again.text()) === body).toBe(true);
  expect(upstream.requests).toHaveLength(1);
  expect(await records()).toHaveLength(1);
}, 60_000);

test('F39: a kill after the settlement, before the reply could be kept: still one record, at its true cost', async () => {
  const asked = Promise.withResolvers<() => void>();
  upstream.answer = (_request, response) => asked.resolve(() => response.end(JSON.stringify(completion('forty two'))));
  const client = await RawClient.connect(weir.url);
  client.send(PATH, request());
  const answer = await asked.promise;
  // Nobody else may write into the database from here on; the ledger does not need it.
  const other = new DatabaseSync(join(weir.dataDir, 'weir.db'), { timeout: 5000 });
  other.exec('BEGIN IMMEDIATE');
  answer();
  await expect.poll(settledInSpool, { timeout: 10_000, interval: 2 }).toBe(true);
  await weir.kill9();
  expect(client.text).not.toContain('forty two');
  other.exec('ROLLBACK');
  other.close();
  weir = await startWeir({ config, dataDir: weir.dataDir });
  expect(await records()).toMatchObject([{ success: true, cost_state: 'exact', attempts: [{ reason: 'first' }] }]);
  upstream.answer = (_request, response) => response.end(JSON.stringify(completion('forty two')));
  const again = await fetch(weir.url + PATH, { method: 'POST', ...request() });
  expect([again.status, upstream.requests.length]).toEqual([200, 2]);
  expect(await records()).toHaveLength(2);
});

function request() {
  return {
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${weir.adminKey}`,
      'idempotency-key': 'pay-once',
    },
    body: JSON.stringify({ model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Say "forty two".' }] }),
  };
}

async function records(): Promise<unknown[]> {
  return (await weir.api('GET /api/v1/usage/records')).json.data;
}

/** Replies that are in the database by now, as another process sees it. */
function keptReplies(): number {
  const database = new DatabaseSync(join(weir.dataDir, 'weir.db'), { readOnly: true });
  const row = database.prepare('SELECT count(*) AS kept FROM idempotency WHERE status IS NOT NULL').get();
  database.close();
  return Number(row?.kept);
}

function settledInSpool(): boolean {
  const directory = join(weir.dataDir, 'spool');
  return readdirSync(directory).some((file) => readFileSync(join(directory, file), 'utf8').includes('"success":true'));
}
