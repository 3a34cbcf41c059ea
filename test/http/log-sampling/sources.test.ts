import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../server/src/config/load-config.ts';
import { startFakeClickHouseLogs } from '../../log-sources/fake-clickhouse-logs.ts';
import { POSTHOG_KEY, type PostHogRow, startFakePostHog } from '../../log-sources/fake-posthog.ts';
import { requirement } from '../../support/requirement.ts';
import { startWeir } from '../../support/weir.ts';
import { type ComposedWeir, composeWeir } from '../security/composed-weir.ts';
import { shopLines } from './log-lines.ts';
import { otelLogs } from './otlp-exporter.ts';

async function start(config?: string): Promise<ComposedWeir> {
  const weir = await composeWeir(config === undefined ? {} : { config });
  onTestFinished(() => weir.close());
  return weir;
}

async function ask(weir: ComposedWeir, path: string, of: { body: object; key?: string }) {
  const response = await fetch(`${weir.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${of.key ?? weir.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(of.body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: replies of every shape
  return { status: response.status, body: (await response.json()) as any };
}

const analyze = (weir: ComposedWeir, body: object, key?: string) =>
  ask(weir, '/api/v1/analysis/analyze', {
    body: { service_name: 'web', hours: 1, ...body },
    ...(key === undefined ? {} : { key }),
  });

const SEED_REQUEST = { team_id: 7, service_name: 'web', hours: 1, llm_provider: 'rule-based', cost_target: 0.001 };

/** The shop's lines of the last hour, as PostHog keeps them. */
function shopRows(): PostHogRow[] {
  return shopLines(Date.now()).map(({ body, severity = '', time = 0 }, at) => ({
    ...{ uuid: `019a-${String(at).padStart(8, '0')}`, micros: BigInt(time) * 1000n, service: 'web', body, trace: '' },
    severity: severity.toLowerCase(),
  }));
}

describe('logs that come to /v1/logs', () => {
  test.each([
    ['protobuf', true],
    ['protobuf', false],
    ['json', true],
    ['json', false],
  ] as const)("from OpenTelemetry's own exporter as %s (gzip: %s) become a policy", async (encoding, gzip) => {
    const weir = await start();
    const { key } = await weir.key({ role: 'inference' });
    const otel = otelLogs({ url: weir.url, key, service: 'web', encoding, gzip });
    onTestFinished(() => otel.close());
    for (let at = 0; at < 500; at++) {
      otel.logger.emit({
        severityNumber: 9,
        severityText: 'INFO',
        body: `GET /orders/${at} answered 200 in ${at % 90} ms`,
      });
    }
    otel.logger.emit({ severityNumber: 20, body: 'payment failed', attributes: { order: 7, nested: { a: [1, 'b'] } } });
    await otel.flush();
    expect(otel.failures).toEqual([]);

    const { status, body } = await analyze(weir, {});
    expect(status).toBe(200);
    expect(body).toMatchObject({ total_logs: 501, unique_patterns: 2 });
    expect(body.severity_distribution).toEqual({ INFO: 500, ERROR: 1 });
    const generated = await ask(weir, '/api/v1/pipeline/generate-policy', {
      body: { ...SEED_REQUEST, source: 'otlp' },
    });
    expect(generated.body).toMatchObject({ status: 'success', severity_rates: { ERROR: 1, CRITICAL: 1 } });
  });

  test('are those of one project; others see no such source', async () => {
    const weir = await start();
    const project = await ask(weir, '/api/v1/projects', { body: { name: 'other' } });
    const { key } = await weir.key({ role: 'developer', project_id: project.body.id });
    const body = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'secret' } }] }] }] };
    expect((await ask(weir, '/v1/logs', { body, key })).body).toEqual({});
    expect((await analyze(weir, { source: 'otlp', service_name: 'unknown_service' })).status).toBe(400);
    const own = await analyze(weir, { source: 'otlp', service_name: 'unknown_service' }, key);
    expect(own.body).toMatchObject({ total_logs: 1 });
  });

  test('need a key, and viewers may not send any', async () => {
    const weir = await start();
    const { key } = await weir.key({ role: 'viewer' });
    expect((await ask(weir, '/v1/logs', { body: {}, key })).status).toBe(403);
    expect((await ask(weir, '/v1/logs', { body: {}, key: 'wrong' })).status).toBe(401);
  });

  test('bad ones are refused by name, without a word of them in the log', async () => {
    const weir = await start();
    const send = async (body: Buffer, headers: Record<string, string> = {}) => {
      const reply = await fetch(`${weir.url}/v1/logs`, {
        ...{ method: 'POST', body: new Uint8Array(body) },
        headers: { authorization: `Bearer ${weir.adminKey}`, ...headers },
      });
      return { status: reply.status, text: await reply.text() };
    };
    expect(await send(gzipSync(Buffer.alloc(40_000_000)), { 'content-encoding': 'gzip' })).toMatchObject({
      status: 413,
    });
    expect(await send(Buffer.from('{"resourceLogs": [{"canary-text'))).toMatchObject({ status: 400 });
    expect(await send(Buffer.from('canary-text'))).toMatchObject({ status: 400 });
    expect(await send(Buffer.from(`{"resourceLogs":${'['.repeat(5000)}`))).toMatchObject({ status: 400 });
    const other = await send(Buffer.from('{}'), { 'content-encoding': 'zstd' });
    expect(other).toMatchObject({ status: 415, text: expect.stringContaining('content-encoding') });
    expect(weir.logged()).not.toContain('canary-text');
  });

  test('of all threads are in one place', async () => {
    const weir = await startWeir({ config: 'server: { workers: 3 }' });
    onTestFinished(() => weir.stop());
    const record = { body: { stringValue: 'x' } };
    const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    const send = () =>
      fetch(`${weir.url}/v1/logs`, {
        method: 'POST',
        body: new Uint8Array(gzipSync(body)),
        headers: { authorization: `Bearer ${weir.adminKey}`, 'content-encoding': 'gzip', connection: 'close' },
      });
    const replies = await Promise.all(Array.from({ length: 30 }, send));
    expect(replies.map(({ status }) => status)).toEqual(Array(30).fill(200));
    const { json } = await weir.api('POST /api/v1/analysis/analyze', { service_name: 'unknown_service', hours: 1 });
    expect(json).toMatchObject({ total_logs: 30 });
  });

  test('more of them than other requests may have members are taken', async () => {
    const weir = await start();
    const record = { body: { stringValue: 'x' }, attributes: [{ key: 'a', value: { stringValue: 'b' } }] };
    const body = { resourceLogs: [{ scopeLogs: [{ logRecords: Array.from({ length: 20_000 }, () => record) }] }] };
    expect((await ask(weir, '/v1/logs', { body })).status).toBe(200);
    expect((await analyze(weir, { service_name: 'unknown_service' })).body).toMatchObject({ total_logs: 20_000 });
  });
});

describe(requirement('C7'), () => {
  test("the seed's request reads ClickHouse at the HTTP port of its host, as the configuration names it", async () => {
    const fake = await startFakeClickHouseLogs({ tables: ['logs34'], rows: shopRows() });
    const { port } = new URL(fake.url);
    const weir = await start(`
logs:
  sources:
    hog:
      { type: clickhouse, url: "http://reader:secret@localhost:${port}/posthog", team_id: 7 }
`);
    const generate = (more: object) =>
      ask(weir, '/api/v1/pipeline/generate-policy', { body: { ...SEED_REQUEST, ...more } });
    const { status, body } = await generate({ clickhouse_host: `localhost:${port}` });
    expect(body).toMatchObject({ status: 'success', generated_by: 'rules', severity_rates: { ERROR: 1, CRITICAL: 1 } });
    expect(status).toBe(200);
    expect(body.analysis_summary.total_logs).toBeGreaterThan(5900);
    expect(body.analysis_summary.error_rate).toBeCloseTo(0.01, 3);

    const elsewhere = await generate({ clickhouse_host: `127.0.0.1:${port}` });
    expect(elsewhere).toMatchObject({ status: 400, body: { error: { details: { param: 'clickhouse_host' } } } });
    const otherTeam = await generate({ clickhouse_host: `localhost:${port}`, team_id: 8 });
    expect(otherTeam).toMatchObject({ status: 400, body: { error: { details: { param: 'team_id' } } } });
    const hostile = await generate({ service_name: "web' OR '1'='1" });
    expect(hostile.status).toBe(404);
  });

  test("PostHog's API is read with the key of the configuration, and only for the projects that it names", async () => {
    const rows = shopRows();
    const posthog = await startFakePostHog(() => rows);
    const weir = await start(`
logs:
  sources:
    hog: { type: posthog, url: "${posthog.url}", project_id: 7, api_key: ${POSTHOG_KEY}, projects: [shop] }
`);
    expect((await analyze(weir, { source: 'hog' })).status).toBe(400);
    const project = await ask(weir, '/api/v1/projects', { body: { name: 'shop' } });
    const { key } = await weir.key({ role: 'developer', project_id: project.body.id });
    const { body } = await analyze(weir, {}, key);
    expect(body.total_logs).toBeGreaterThan(5900);
    expect(body.unique_patterns).toBeLessThan(12);
  });

  test('a source that is away is an error that names it', async () => {
    const weir = await start(
      'logs: { sources: { hog: { type: posthog, url: "http://127.0.0.1:1", project_id: 7, api_key: k } } }',
    );
    expect(await analyze(weir, {})).toMatchObject({
      status: 503,
      body: { error: { message: expect.stringContaining('"hog"') } },
    });
  });
});

describe('log files', () => {
  test('are followed while the server runs', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'logs-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'app.log');
    writeFileSync(path, '{"msg":"user 1 signed in","level":"info"}\n'.repeat(20));
    const weir = await start(`
logs:
  sources:
    app: { type: file, paths: ["${path}", "${join(directory, 'not-there.log')}"], service: web }
`);
    expect((await analyze(weir, {})).body).toMatchObject({ total_logs: 20, severity_distribution: { INFO: 20 } });
    appendFileSync(path, 'ERROR disk /dev/sda1 is full\n');
    await expect.poll(async () => (await analyze(weir, {})).body.total_logs, { timeout: 10_000 }).toBe(21);
    expect((await analyze(weir, { service_name: 'other' })).status).toBe(404);
  });

  test('come and go with the configuration', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'logs-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const [one, two] = [join(directory, 'one.log'), join(directory, 'two.log')];
    writeFileSync(one, 'first\n'.repeat(3));
    writeFileSync(two, 'second\n'.repeat(5));
    const config = (sources: string) => `logs: { sources: { ${sources} } }`;
    const weir = await start(config(`a: { type: file, paths: ["${one}"] }`));
    const reload = (sources: string) =>
      weir.app.reload(
        loadConfig({
          file: { name: 'test.yaml', text: config(sources) },
          environment: { WEIR_ADMIN_KEY: weir.adminKey },
          flags: { 'server.port': 0 },
        }),
      );
    const total = async (source: string) => (await analyze(weir, { source })).body.total_logs;
    expect(await total('a')).toBe(3);
    reload(`a: { type: file, paths: ["${one}", "${two}"] }, b: { type: file, paths: ["${two}"] }`);
    expect([await total('a'), await total('b')]).toEqual([8, 5]);
    reload(`b: { type: file, paths: ["${two}"] }`);
    expect([await total('a'), await total('b')]).toEqual([undefined, 5]);
  });
});
