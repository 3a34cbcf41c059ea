import type { ServerResponse } from 'node:http';
import type OpenAI from 'openai';
import { toFile } from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import type { UsageRecord } from '../../../server/src/kernel/usage-record.ts';
import {
  CHAT,
  BATCH_INPUT as INPUT,
  chatLine as line,
  resultLine as result,
  startBatchProvider,
} from '../../support/batch-provider.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { startStand } from '../clients/stand.ts';
import { openaiClient } from '../pass-through/support.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const ask = (model: string) => ({ model, messages: [{ role: 'user', content: 'hi' }] });

async function create(client: OpenAI, lines: readonly string[], headers = {}) {
  const file = await toFile(Buffer.from(`${lines.join('\n')}\n`), 'in.jsonl');
  const { id } = await client.files.create({ file, purpose: 'batch' }, { headers });
  return client.batches.create({ input_file_id: id, endpoint: CHAT, completion_window: '24h' }, { headers });
}

async function ended(weir: RunningWeir, key: string, id: string): Promise<void> {
  const look = async () => (await openaiClient(weir, key).batches.retrieve(id)).status;
  await expect.poll(look, { timeout: 15_000, interval: 30 }).toBe('completed');
}

/** The records of a batch's lines, oldest first. */
async function linesOf(weir: RunningWeir, batchId: string): Promise<UsageRecord[]> {
  const { json } = await weir.api('GET /api/v1/usage/records?limit=1000');
  const all = (json.data as UsageRecord[]).filter(({ tags }) => tags.batch === batchId);
  return all.toSorted((left, right) => left.request_id.localeCompare(right.request_id));
}

describe('a batch that its provider runs', () => {
  test('is recorded line by line at half the price, for the key that made it, before its end is shown', async () => {
    const stand = await startStand();
    open.push(() => stand.close());
    const { weir } = stand;
    const { json: made } = await weir.api('POST /api/v1/keys', { name: 'night' });
    const headers = { 'x-user-id': 'ann', 'x-weir-agent': 'night-run', 'x-weir-tags': 'team=blue' };
    const odd = JSON.stringify({ custom_id: 'odd', method: 'POST', url: CHAT, body: { model: 'gpt-4o-mini' } });
    const lines = [line('a', 'gpt-4o-mini'), line('b', 'gpt-4o-mini'), odd];
    const batch = await create(openaiClient(weir, made.key), lines, { ...headers, 'x-weir-provider': 'openai' });
    await ended(weir, made.key, batch.id);

    const records = await linesOf(weir, batch.id);
    const direct = await openaiClient(weir).chat.completions.create(ask('gpt-4o-mini') as never);
    const single = (await weir.api('GET /api/v1/usage/records?limit=1')).json.data[0] as UsageRecord;
    expect(direct.usage?.total_tokens).toBe(single.tokens_used);
    expect(records.filter(({ success }) => success)).toHaveLength(2);
    for (const record of records.filter(({ success }) => success)) {
      expect(record).toMatchObject({
        key_id: made.id,
        user_id: 'ann',
        agent_type: 'night-run',
        tags: { team: 'blue', batch: batch.id },
        provider: 'openai',
        model: 'gpt-4o-mini',
        tokens_used: single.tokens_used,
        cost_nano_usd: Math.round(single.cost_nano_usd / 2),
        cost_state: 'exact',
      });
    }
    expect(records.filter(({ success }) => !success)).toMatchObject([
      { status: 400, model: 'gpt-4o-mini', cost_nano_usd: 0, cost_state: 'exact' },
    ]);

    await ended(weir, made.key, batch.id);
    expect(await linesOf(weir, batch.id)).toHaveLength(3);
    const { json: report } = await weir.api(`GET /api/v1/usage/report?group_by=tag`);
    const ofBatch = report.groups.find(({ tag }: { tag: string | null }) => tag === `batch=${batch.id}`);
    expect(ofBatch.request_count).toBe(3);
  });

  test('is refused under a budget, and the error names the way that works', async () => {
    const stand = await startStand();
    open.push(() => stand.close());
    const key = await stand.weir.key({ budget: { usd: 1, period: 'day' } });
    const refused = create(openaiClient(stand.weir, key), [line('a', 'gpt-4o-mini')], { 'x-weir-provider': 'openai' });
    await expect(refused).rejects.toMatchObject({
      status: 402,
      message: expect.stringContaining('x-weir-provider: weir'),
    });
    const batch = await create(openaiClient(stand.weir, key), [line('a', 'gpt-4o-mini')], {
      'x-weir-provider': 'weir',
    });
    await ended(stand.weir, key, batch.id);
    expect(await linesOf(stand.weir, batch.id)).toMatchObject([{ success: true, cost_state: 'exact' }]);
  });
});

const PRICED = 'prices: { own/small: { input: 1, output: 2, batch: 0.25 } }\n';
const TO_OWN = { 'x-weir-provider': 'own' };

async function providerWith(output: (response: ServerResponse) => void, more = ''): Promise<string> {
  const provider = await startBatchProvider(output);
  open.push(() => provider.close());
  return `${provider.config}${more}`;
}

describe('the meter of batches', () => {
  test('goes on after kill -9 in the middle of the results, and doubles no line', async () => {
    const broken: ServerResponse[] = [];
    const config = await providerWith((response) => {
      const first = INPUT.slice(0, 25).map((_, at) => `${result(at)}\n`);
      const rest = INPUT.slice(25).map((_, at) => `${result(at + 25)}\n`);
      if (broken.length > 0) response.end([...first, ...rest].join(''));
      else {
        broken.push(response);
        // As many lines as are taken at once, then silence.
        response.write([...first, ...Array(500).fill('\n')].join(''));
      }
    }, PRICED);
    const weir = await startWeir({ config });
    const key = await weir.key();
    await create(openaiClient(weir, key), INPUT, TO_OWN);
    const seen = openaiClient(weir, key).batches.retrieve('batch_1');
    seen.catch(() => undefined);
    await expect.poll(async () => (await linesOf(weir, 'batch_1')).length, { timeout: 15_000 }).toBe(25);
    await weir.kill9();

    const again = await startWeir({ config, dataDir: weir.dataDir });
    open.push(() => again.stop());
    await expect.poll(async () => (await linesOf(again, 'batch_1')).length, { timeout: 15_000 }).toBe(40);
    await openaiClient(again, key).batches.retrieve('batch_1');
    const { json: report } = await again.api('GET /api/v1/usage/report?group_by=model');
    const small = report.groups.find(({ model }: { model: string }) => model === 'small');
    expect(small.request_count).toBe(40);
    // 10 tokens in at 1 and 5 out at 2 USD per million, a quarter of it, 40 times.
    expect(report.total_cost).toBeCloseTo((40 * 20e-6) / 4, 12);
  });

  test('records lines without a price for batches, or without usage, as unpriced', async () => {
    const output = [result(0), result(1, { model: 'small' })].join('\n');
    const config = await providerWith(
      (response) => response.end(output),
      'prices: { own/small: { input: 1, output: 2 } }\n',
    );
    const weir = await startWeir({ config });
    open.push(() => weir.stop());
    await create(openaiClient(weir, weir.adminKey), INPUT, TO_OWN);
    await openaiClient(weir).batches.retrieve('batch_1');
    expect(await linesOf(weir, 'batch_1')).toMatchObject([
      { tokens_used: 15, cost_nano_usd: 0, cost_state: 'unpriced' },
      { tokens_used: 0, cost_nano_usd: 0, cost_state: 'unpriced' },
    ]);
  });

  test('says once that a batch is unpriced when its results are gone', async () => {
    const config = await providerWith((response) => response.writeHead(404).end(), PRICED);
    const weir = await startWeir({ config });
    open.push(() => weir.stop());
    await create(openaiClient(weir, weir.adminKey), INPUT, TO_OWN);
    await openaiClient(weir).batches.retrieve('batch_1');
    await openaiClient(weir).batches.retrieve('batch_1');
    expect(await linesOf(weir, 'batch_1')).toMatchObject([{ request_id: 'batch_1', cost_state: 'unpriced' }]);
  });

  test('charges a budget that was made while the batch ran', async () => {
    const output = [result(0), result(1)].join('\n');
    const config = await providerWith((response) => response.end(output), PRICED);
    const weir = await startWeir({ config });
    open.push(() => weir.stop());
    const { json: made } = await weir.api('POST /api/v1/keys', { name: 'late' });
    await create(openaiClient(weir, made.key), INPUT, TO_OWN);
    await weir.api('PUT /api/v1/budgets', { scope: 'key', id: made.id, usd: 1, period: 'day' });
    const before = (await weir.api('GET /api/v1/budgets')).json.data[0];
    await openaiClient(weir, made.key).batches.retrieve('batch_1');
    const after = (await weir.api('GET /api/v1/budgets')).json.data[0];
    expect(before.settled_usd).toBe(0);
    expect(after.settled_usd).toBeCloseTo((2 * 20e-6) / 4, 12);
  });
});
