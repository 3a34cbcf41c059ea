import { describe, expect, onTestFinished, test } from 'vitest';
import { ClickHouseHttp } from '../../server/src/log-sources/clickhouse/clickhouse-http.ts';
import {
  type ClickHouseSourceOptions,
  clickHouseSource,
} from '../../server/src/log-sources/clickhouse/clickhouse-source.ts';
import { HOSTILE_NAMES } from '../../server/src/log-sources/testing/hostile-names.ts';
import type { LogSource } from '../../server/src/ports/log-source.ts';
import { startClickHouse } from '../support/clickhouse.ts';
import { requires } from '../support/optional.ts';
import { requirement } from '../support/requirement.ts';
import { asker, collect, readLine } from './collect.ts';
import { type FakeLogsOptions, startFakeClickHouseLogs } from './fake-clickhouse-logs.ts';
import type { PostHogRow } from './fake-posthog.ts';

const START = Date.parse('2026-11-20T23:58:00Z');
const HOUR = 3_600_000;
const TRACE = '5b8efff798038103d269b633813fc60c';
const window = { service: 'web', from: START, to: START + HOUR };

/** Lines over midnight, several in every microsecond. */
function rowsOf(many: number, service = 'web'): PostHogRow[] {
  return Array.from({ length: many }, (_, at) => ({
    uuid: `019a-${String((at * 7919) % 100_003).padStart(6, '0')}-${at}`,
    micros: BigInt(START) * 1000n + BigInt(Math.floor(at / 7)) * 5_000_001n,
    ...{ service, body: `${service} line ${at}`, severity: 'info', trace: TRACE },
  }));
}

function sourceAt(
  of: { url: string; user?: string; password?: string; database?: string } & Partial<ClickHouseSourceOptions>,
): LogSource {
  const { url, user = 'reader', password = 'secret', database = 'posthog', ...more } = of;
  const http = new ClickHouseHttp(
    { name: 'ch', url, database, user, password, maxExecutionTimeS: 30, maxBytesToRead: 1e9 },
    asker(),
  );
  const options = { name: 'ch', database, table: undefined, teamId: 7, pageLines: 100, ...more };
  return clickHouseSource(options, { http, readLine });
}

async function setup(of: Partial<FakeLogsOptions> = {}, more: Parameters<typeof sourceAt>[0] | object = {}) {
  const fake = await startFakeClickHouseLogs({ tables: ['logs34'], rows: rowsOf(2000), ...of });
  return { ...fake, source: sourceAt({ url: fake.url, ...more }) };
}

describe(requirement('C7'), () => {
  test("PostHog's schema in ClickHouse gives every line once, oldest first, over days, slices and pages", async () => {
    const { source, pages } = await setup({ rows: [...rowsOf(2000), ...rowsOf(50, 'other')] });
    const { lines } = await collect(source, window);
    expect(new Set(lines.map(({ body }) => body)).size).toBe(2000);
    expect(lines).toHaveLength(2000);
    expect(lines.every(({ time = 0 }, at) => at === 0 || time >= (lines[at - 1]?.time ?? 0))).toBe(true);
    expect(lines.find(({ body }) => body === 'web line 0')).toEqual({
      ...{ body: 'web line 0', bytes: 110, service: 'web', time: START, severity: 'info', traceId: TRACE },
    });
    expect(pages().length).toBeGreaterThan(20);
  });

  test('every question is bounded, only reads, and names its values beside the text', async () => {
    const { source, pages } = await setup();
    await collect(source, window);
    for (const { query, body } of pages()) {
      expect(Object.fromEntries(query)).toMatchObject({
        ...{ readonly: '2', max_execution_time: '30', max_bytes_to_read: '1000000000', database: 'posthog' },
      });
      expect(body).not.toContain('web');
    }
  });

  test('the table is looked for: the distributed one, else the highest number, and none that is for writing', async () => {
    const tablesOf = async (tables: string[], more: object = {}) => {
      const { source, pages } = await setup({ tables, rows: [] }, more);
      await collect(source, window);
      return /`posthog`\.`(\w+)`/.exec(pages()[0]?.body ?? '')?.[1];
    };
    expect(await tablesOf(['logs32', 'logs34', 'logs9', 'kafka_logs_avro', 'writable_logs34'])).toBe('logs34');
    expect(await tablesOf(['logs34', 'logs_distributed'])).toBe('logs_distributed');
    expect(await tablesOf(['logs34', 'logs32'], { table: 'logs32' })).toBe('logs32');
  });

  test.each<[string, Partial<FakeLogsOptions>, object]>([
    ['no table', { tables: [] }, {}],
    ['only tables for writing', { tables: ['kafka_logs_avro'] }, {}],
    ['another table than the one named', {}, { table: 'logs77' }],
    ['no column of bodies', { without: ['body'] }, {}],
    ['another database', {}, { database: 'elsewhere' }],
  ])('%s is an error that names the settings', async (_, fake, options) => {
    const { source } = await setup(fake, options);
    await expect(collect(source, window)).rejects.toMatchObject({
      code: 'upstream.bad_reply',
      message: expect.stringContaining('logs.sources.ch.database'),
    });
  });

  test('an older table without traces, buckets and bytes is read too', async () => {
    const { source } = await setup({ without: ['trace_id', 'time_bucket', '_bytes_uncompressed'], rows: rowsOf(3) });
    const { lines } = await collect(source, window);
    expect(lines[0]).toMatchObject({ body: 'web line 0', bytes: 10 });
  });

  test('a slice with too many bytes is read in smaller ones, without a gap or a double', async () => {
    const { source } = await setup({ longestSliceS: 20 });
    const { lines } = await collect(source, window);
    expect(new Set(lines.map(({ body }) => body)).size).toBe(2000);
    expect(lines).toHaveLength(2000);
  });

  test('a server that may not read even a second says so instead of trying for ever', async () => {
    const { source } = await setup({ longestSliceS: 0 });
    await expect(collect(source, window)).rejects.toMatchObject({ code: 'upstream.unavailable' });
  });

  test('a user that may change no setting is asked without settings', async () => {
    const { source } = await setup({ isReadOnly: true, rows: rowsOf(10) });
    expect((await collect(source, window)).lines).toHaveLength(10);
  });

  test('wrong credentials are told by the name of the setting', async () => {
    const { source } = await setup({}, { password: 'wrong-password' });
    const failure = await collect(source, window).catch((error) => error);
    expect(failure).toMatchObject({ code: 'upstream.auth', message: expect.stringContaining('logs.sources.ch') });
    expect(failure.message).not.toContain('wrong-password');
  });

  test.each([
    [7, undefined, 2000],
    [7, 7, 2000],
    [undefined, 7, 2000],
    [undefined, 8, 0],
  ])('a source of team %s asked for team %s has %d lines', async (teamId, asked, many) => {
    const { source } = await setup({}, { teamId });
    expect((await collect(source, { ...window, teamId: asked })).lines).toHaveLength(many);
  });

  test.each([
    [7, 8],
    [undefined, undefined],
  ])('a source of team %s asked for team %s refuses', async (teamId, asked) => {
    const { source, asked: requests } = await setup({}, { teamId });
    const reading = collect(source, { ...window, teamId: asked });
    await expect(reading).rejects.toMatchObject({ code: 'request.invalid', param: 'team_id' });
    expect(requests).toEqual([]);
  });

  test.each(HOSTILE_NAMES)('a service called %j has its own lines and no others', async (hostile) => {
    const { source } = await setup({ rows: [...rowsOf(10), ...rowsOf(2, hostile)] });
    const { lines } = await collect(source, { ...window, service: hostile });
    expect(lines.map(({ service }) => service)).toEqual([hostile, hostile]);
  });
});

requires('clickhouse')('a ClickHouse server of before bound parameters', () => {
  test('gives lines over slices and pages, and hostile names only their own', async () => {
    const clickhouse = await startClickHouse();
    onTestFinished(() => clickhouse.remove());
    await clickhouse.ask(
      `CREATE TABLE logs34 (team_id Int32, time_bucket DateTime MATERIALIZED toStartOfDay(timestamp), timestamp DateTime,
       uuid String, trace_id String, body String, severity_text String, service_name String, _bytes_uncompressed UInt64)
       ENGINE = MergeTree() PARTITION BY toYYYYMM(timestamp) ORDER BY (team_id, service_name, timestamp)`,
    );
    const insert = async (team: number, rows: readonly PostHogRow[]) => {
      const lines = rows.map(({ uuid, micros, body, severity, service }) =>
        JSON.stringify({
          ...{ team_id: team, timestamp: Number(micros / 1_000_000n), uuid, body, severity_text: severity },
          ...{ trace_id: '', service_name: service, _bytes_uncompressed: 70 },
        }),
      );
      expect(await clickhouse.ask(`INSERT INTO logs34 FORMAT JSONEachRow\n${lines.join('\n')}`)).toBe('');
    };
    await insert(7, rowsOf(2000));
    await insert(8, rowsOf(30));
    for (const hostile of HOSTILE_NAMES) await insert(7, rowsOf(2, hostile));

    const { port } = new URL(clickhouse.url);
    const at = { url: `http://127.0.0.1:${port}`, user: 'default', password: '', database: 'default' };
    const source = sourceAt(at);
    const { lines } = await collect(source, window);
    expect(new Set(lines.map(({ body }) => body)).size).toBe(2000);
    expect(lines).toHaveLength(2000);
    expect(lines.every(({ time = 0 }, index) => index === 0 || time >= (lines[index - 1]?.time ?? 0))).toBe(true);
    expect(lines[0]).toMatchObject({ bytes: 70, service: 'web', severity: 'info', time: START });

    for (const hostile of HOSTILE_NAMES) {
      const found = await collect(source, { ...window, service: hostile });
      expect(found.lines.map(({ service }) => service)).toEqual([hostile, hostile]);
    }
    expect(await clickhouse.ask('SELECT count() FROM logs34')).toBe(String(2030 + 2 * HOSTILE_NAMES.length));

    const missing = collect(sourceAt({ ...at, database: 'nowhere' }), window);
    await expect(missing).rejects.toMatchObject({ code: 'upstream.bad_reply' });
    const refused = collect(sourceAt({ ...at, password: 'wrong' }), window);
    await expect(refused).rejects.toMatchObject({ code: 'upstream.auth' });
  });
});
