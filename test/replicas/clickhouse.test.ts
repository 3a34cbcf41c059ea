import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Storage } from '../../server/src/ports/storage.ts';
import { type SinkNews, UsageSink } from '../../server/src/storage/clickhouse/usage-sink.ts';
import { createTableStatement } from '../../server/src/storage/clickhouse/usage-table.ts';
import { openSqliteLedger } from '../../server/src/storage/sqlite/open-ledger.ts';
import { Scene } from '../chaos/support/scene.ts';
import { settled } from '../contracts/ledger-records.ts';
import { ManualClock } from '../contracts/manual-clock.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { type FakeClickHouse, startFakeClickHouse } from '../support/fake-clickhouse.ts';
import { findProgram } from '../support/find-program.ts';
import { requires } from '../support/optional.ts';
import { temporaryStorage } from '../support/temporary-storage.ts';

let clickhouse: FakeClickHouse;
beforeEach(async () => {
  clickhouse = await startFakeClickHouse();
});
afterEach(() => clickhouse.close());

const inserts = () => clickhouse.requests.filter(({ query }) => query.startsWith('INSERT'));

/** A queue with so many records of calls. */
async function filledOutbox(records: number): Promise<Storage['outbox']> {
  const { storage, directory } = await temporaryStorage(systemClock);
  const ledger = await openSqliteLedger({
    dataDir: directory,
    file: join(directory, 'weir.db'),
    durability: 'process',
    clock: systemClock,
    processEpoch: 'test',
    outbox: true,
  });
  const ids = Array.from({ length: records }, (_, at) => `req_${String(at).padStart(6, '0')}`);
  await Promise.all(
    ids.map((id) =>
      ledger.settle(settled(id, { tags: { team: 'a' }, cost_nano_usd: id === ids[0] ? 2 ** 53 - 1 : 1 })),
    ),
  );
  await ledger.close();
  return storage.outbox;
}

function sinkOn(outbox: Storage['outbox'], of: { maxWaiting?: number; isChosen?: boolean } = {}) {
  const news: SinkNews[] = [];
  const sink = new UsageSink({
    url: clickhouse.url,
    table: 'weir_usage',
    outbox,
    isChosen: () => of.isChosen ?? true,
    clock: new ManualClock(),
    maxWaiting: of.maxWaiting ?? 1_000_000,
    report: (item) => news.push(item),
  });
  onTestFinished(() => sink.close());
  return { sink, news };
}

describe('the copy of usage in ClickHouse', () => {
  test('makes its table, sends every record once as JSONEachRow, and empties the queue', async () => {
    const outbox = await filledOutbox(2500);
    const { sink, news } = sinkOn(outbox);
    await sink.flush();
    const [create, first, second, ...more] = clickhouse.requests;
    expect(create?.query).toMatch(/^CREATE TABLE IF NOT EXISTS weir_usage \(request_id String, .*ReplacingMergeTree/s);
    expect(first).toMatchObject({ user: 'weir:secret', query: 'INSERT INTO weir_usage FORMAT JSONEachRow' });
    expect(first?.settings).toMatchObject({ database: 'analytics' });
    expect([first?.rows.length, second?.rows.length, more.length]).toEqual([2000, 500, 0]);
    expect(first?.rows[0]).toMatchObject({
      request_id: 'req_000000',
      day: '2026-11-20',
      tags: ['team=a'],
      cost_nano_usd: '9007199254740991',
      success: 1,
    });
    expect(await outbox.size()).toBe(0);
    expect(news).toEqual([]);
    await sink.flush();
    expect(clickhouse.requests).toHaveLength(3);
  });

  test('sends a batch that failed again under the same token, and tells when it is lost and when it is back', async () => {
    const outbox = await filledOutbox(10);
    clickhouse.failNext(2);
    const { sink, news } = sinkOn(outbox);
    await sink.flush();
    expect(await outbox.size()).toBe(10);
    await sink.flush();
    await sink.flush();
    expect(news).toEqual([{ state: 'lost', reason: 'MEMORY_LIMIT_EXCEEDED 241' }, { state: 'again' }]);
    expect(inserts()).toHaveLength(3);
    expect(new Set(inserts().map(({ settings }) => settings.insert_deduplication_token)).size).toBe(1);
    expect(await outbox.size()).toBe(0);
  });

  test('leaves out the oldest when too many wait, and says how many', async () => {
    const outbox = await filledOutbox(50);
    clickhouse.failNext(1);
    const { sink, news } = sinkOn(outbox, { maxWaiting: 20 });
    await sink.flush();
    expect(news).toContainEqual({ state: 'left-out', records: 30 });
    await sink.flush();
    expect(inserts().at(-1)?.rows[0]).toMatchObject({ request_id: 'req_000030' });
  });

  test('is one replica alone that sends', async () => {
    const outbox = await filledOutbox(1);
    await sinkOn(outbox, { isChosen: false }).sink.flush();
    expect(clickhouse.requests).toEqual([]);
    expect(await outbox.size()).toBe(1);
  });

  test('follows a running server, whose calls do not notice when it is gone', async () => {
    const scene = await Scene.start({ env: { CLICKHOUSE_URL: clickhouse.url } });
    onTestFinished(() => scene.close());
    const { requestId } = await scene.chat({ model: 'openai/gpt-4o' });
    const sent = () => inserts().flatMap(({ rows }) => rows.map(({ request_id }) => request_id));
    await expect.poll(sent, { timeout: 10_000 }).toEqual([requestId]);
    clickhouse.failNext(1000);
    const during = await scene.chat({ model: 'openai/gpt-4o' });
    expect(during.status).toBe(200);
    await expect.poll(() => scene.weir.log(), { timeout: 10_000 }).toContain('ClickHouse does not take usage');
    expect(scene.weir.log()).not.toContain('secret');
    clickhouse.failNext(0);
    await expect.poll(sent, { timeout: 15_000 }).toContain(during.requestId);
  }, 40_000);
});

requires('clickhouse')('a real ClickHouse', () => {
  test('takes the statement that makes the table, and a record sent twice counts once', () => {
    const row = '{"request_id":"r","day":"2026-11-20","project_id":"p","cost_nano_usd":"7","sent_at_ms":1}';
    const queries = [
      createTableStatement('weir_usage'),
      `INSERT INTO weir_usage FORMAT JSONEachRow ${row}`,
      `INSERT INTO weir_usage FORMAT JSONEachRow ${row}`,
      'SELECT count(), sum(cost_nano_usd) FROM weir_usage FINAL',
    ].join(';\n');
    const { stdout, stderr } = spawnSync(
      findProgram('clickhouse') ?? '',
      ['local', '--multiquery', '--query', queries],
      {
        encoding: 'utf8',
      },
    );
    expect(`${stdout}${stderr}`.trim()).toBe('1\t7');
  });
});
