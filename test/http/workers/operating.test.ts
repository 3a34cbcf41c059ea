import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { completion } from '../../chaos/support/gateway-fixture.ts';
import { type ApiReply, type RunningWeir, startWeir } from '../../support/weir.ts';
import { RawUpstream } from '../clients/raw-upstream.ts';

/** Connections enough for the system to deal them to both threads. */
const CROWD = 16;
/** A connection for each request. */
const ALONE = { connection: 'close' };

let upstream: RawUpstream;
let weir: RunningWeir;
let config: Record<string, unknown>;

/** A server of two threads for the tests of a `describe`, in front of a provider that they play. */
function server(more: () => object): void {
  beforeAll(async () => {
    upstream = new RawUpstream();
    const base_url = `${await upstream.listen()}/v1`;
    config = {
      server: { workers: 2 },
      providers: { openai: { api_key: 'sk-first', base_url } },
      retry: { max_attempts: 0 },
      ...more(),
    };
    weir = await startWeir({ config: JSON.stringify(config) });
    answerAtOnce();
  }, 90_000);
  afterAll(async () => {
    await weir.stop();
    await upstream.close();
  });
}

const answerAtOnce = () => {
  upstream.answer = (_request, response) => response.end(JSON.stringify(completion()));
};

/** The provider keeps everybody waiting; what it gives back answers them. */
function answerLater(): (() => void)[] {
  const waiting: (() => void)[] = [];
  upstream.answer = (_request, response) => waiting.push(() => response.end(JSON.stringify(completion())));
  return waiting;
}

function chat(of: { model?: string; user?: string } = {}): Promise<ApiReply> {
  const { model = 'openai/gpt-4o-mini', user } = of;
  const messages = [{ role: 'user', content: 'Say "the weir holds".' }];
  const body = { model, messages, max_tokens: 3, ...(user === undefined ? {} : { user }) };
  return weir.api('POST /v1/chat/completions', body, { ...ALONE, authorization: `Bearer ${weir.adminKey}` });
}

const crowd = (count: number, call: () => Promise<ApiReply>) => Promise.all(Array.from({ length: count }, call));
const statuses = (replies: readonly ApiReply[]) => replies.map(({ status }) => status);
const all = (value: unknown) => Array(CROWD).fill(value);

async function metric(pattern: RegExp): Promise<number[]> {
  const { text } = await weir.api('GET /metrics');
  return [...text.matchAll(pattern)].map(([, value]) => Number(value));
}

/** What the calls in between added in each thread. */
async function callsOfEachThread(during: () => Promise<unknown>): Promise<number[]> {
  const byThread = () => metric(/^weir_worker_calls_total\{worker="\d"\} (\d+)$/gm);
  const before = await byThread();
  await during();
  return (await byThread()).map((count, at) => count - (before[at] ?? 0));
}

describe('a changed configuration file, with two threads', () => {
  server(() => ({ routes: { old: { targets: ['openai/gpt-4o-mini'] } } }));
  const rewrite = (more: object) =>
    writeFileSync(join(weir.dataDir, 'test-weir.yaml'), JSON.stringify({ ...config, ...more }));
  const ask = async (model: string) => statuses(await crowd(CROWD, () => chat({ model })));

  it('that is broken leaves the old one in force in both', async () => {
    rewrite({ routes: { fresh: { tragets: ['openai/gpt-4o-mini'] } } });
    await vi.waitFor(() => expect(weir.log()).toContain('"event":"config_reload_failed"'), { timeout: 5000 });
    expect(await ask('old')).toEqual(all(200));
    expect(await ask('fresh')).toEqual(all(404));
  }, 90_000);

  it('is in force in both: routes, prices and limits', async () => {
    const changed = {
      routes: { fresh: { targets: ['openai/gpt-4o-mini'] } },
      prices: { 'openai/gpt-4o-mini': { input: 1_000_000, output: 0 } },
    };
    rewrite(changed);
    await vi.waitFor(async () => expect(await ask('fresh')).toEqual(all(200)), { timeout: 10_000 });
    expect(await ask('old')).toEqual(all(404));
    // Eleven tokens of input at a dollar each.
    const priced = await crowd(CROWD, chat);
    expect(priced.map(({ headers }) => headers.get('x-weir-cost-usd'))).toEqual(all('11'));
    rewrite({ ...changed, limits: { user: { requests_per_minute: 23 } } });
    const limits = async () =>
      (await crowd(CROWD, () => chat({ user: 'bob' }))).map(({ headers }) => headers.get('x-ratelimit-limit-requests'));
    await vi.waitFor(async () => expect(await limits()).toEqual(all('23')), { timeout: 10_000 });
    let limited: ApiReply[] = [];
    const counts = await callsOfEachThread(async () => {
      limited = await crowd(60, () => chat({ user: 'ann' }));
    });
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(limited.filter(({ status }) => status === 200)).toHaveLength(23);
  }, 90_000);
});

describe('alerts of two threads', () => {
  const FAILURES = 30;
  const received: { kind: string; details: Record<string, number | string> }[] = [];
  const receiver = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    received.push(JSON.parse(text));
    response.end();
  });
  beforeAll(() => new Promise<void>((resolve) => void receiver.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise<void>((resolve) => void receiver.close(() => resolve())));
  server(() => ({
    alerts: {
      webhook: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      secret: 'a-secret-of-24-characters',
      error_surge_count: FAILURES,
      error_surge_ratio: 0.1,
    },
    breaker: { consecutive_failures: FAILURES / 3, minimum_calls: 1000 },
    prices: { 'openai/gpt-4o-mini': { input: 1000, output: 1000 } },
    budgets: {
      rules: [{ scope: 'user', id: 'ann', project_id: 'default', usd: 1, period: 'day', alert_at: [0.2, 0.5] }],
    },
  }));
  const ofKind = (kind: string) => received.filter((alert) => alert.kind === kind);

  it('tell of a budget once for each share, whichever of them spent it', async () => {
    let passed = 0;
    const counts = await callsOfEachThread(async () => {
      for (let turn = 0; turn < 12; turn++) {
        passed += statuses(await crowd(4, () => chat({ user: 'ann' }))).filter((status) => status === 200).length;
      }
    });
    expect(Math.min(...counts)).toBeGreaterThan(0);
    // Fourteen tokens at a tenth of a cent each.
    expect(passed * 0.014).toBeGreaterThan(0.5);
    await vi.waitFor(() => expect(ofKind('budget')).toHaveLength(2), { timeout: 5000 });
  }, 90_000);

  it('add up the failures of both, and tell once', async () => {
    upstream.answer = (_request, response) => void response.writeHead(503).end('{}');
    const counts = await callsOfEachThread(() => crowd(FAILURES, chat));
    expect(Math.max(...counts)).toBeLessThan(FAILURES);
    await vi.waitFor(() => expect(ofKind('error_surge')).toHaveLength(1), { timeout: 5000 });
    expect(ofKind('error_surge')[0]?.details.failed).toBe(FAILURES);
    await vi.waitFor(() => expect(ofKind('provider_down')).toHaveLength(1), { timeout: 5000 });
    // Whatever else would be sent is sent before the server has ended.
    await weir.stop();
    expect(received.map(({ kind }) => kind).sort()).toEqual(['budget', 'budget', 'error_surge', 'provider_down']);
    expect(
      ofKind('budget')
        .map(({ details }) => details.share)
        .sort(),
    ).toEqual([0.2, 0.5]);
  }, 90_000);
});

describe('two threads under load', () => {
  const MOST = 20;
  server(() => ({ server: { workers: 2, max_concurrent_calls: MOST } }));

  it('never run more calls at once than server.max_concurrent_calls; the excess is refused, and counted once', async () => {
    const waiting = answerLater();
    const asked = 100;
    const refused: ApiReply[] = [];
    const replies = crowd(asked, async () => {
      const reply = await chat();
      if (reply.status !== 200) refused.push(reply);
      return reply;
    });
    await vi.waitFor(() => expect(refused.length + waiting.length).toBe(asked), { timeout: 20_000 });
    expect(waiting.length).toBeLessThanOrEqual(MOST);
    expect(waiting.length).toBeGreaterThan(0);
    for (const answer of waiting) answer();
    expect(statuses(await replies).filter((status) => status === 200)).toHaveLength(waiting.length);
    for (const { status, headers, json } of refused) {
      expect([status, headers.get('retry-after'), json.error.code]).toEqual([503, '1', 'server.overloaded']);
    }
    expect(await metric(/^weir_calls_shed_total\{reason="concurrency"\} (\d+)$/gm)).toEqual([refused.length]);
    await vi.waitFor(async () => expect(await metric(/^weir_calls_in_flight (\d+)$/gm)).toEqual([0]));
    answerAtOnce();
    for (let turn = 0; turn < CROWD; turn++) expect((await chat()).status).toBe(200);
  }, 90_000);

  it('F40: tell newcomers to go elsewhere after SIGTERM, while the running calls of both end', async () => {
    const waiting = answerLater();
    const running = crowd(CROWD, chat);
    await vi.waitFor(() => expect(waiting).toHaveLength(CROWD), { timeout: 20_000 });
    process.kill(weir.pid, 'SIGTERM');
    const isReady = () => weir.api('GET /readyz', undefined, ALONE);
    await vi.waitFor(async () => expect((await isReady()).status).toBe(503), { timeout: 5000 });
    expect(statuses(await crowd(CROWD, isReady))).toEqual(all(503));
    const late: ApiReply[] = [];
    for (let turn = 0; turn < CROWD; turn++) late.push(await chat());
    expect(late.map(({ status, json }) => [status, json.error.code])).toEqual(all([503, 'server.draining']));
    expect(waiting).toHaveLength(CROWD);
    for (const answer of waiting) answer();
    const ids = (await running).map(({ status, headers }) => [status, headers.get('x-request-id')]);
    expect(ids.map(([status]) => status)).toEqual(all(200));
    const { dataDir } = weir;
    await weir.stop();
    weir = await startWeir({ config: JSON.stringify(config), dataDir });
    const { json } = await weir.api('GET /api/v1/usage/records?limit=1000');
    const recorded = new Map(
      json.data.map(({ request_id, success }: { request_id: string; success: boolean }) => [request_id, success]),
    );
    expect(ids.map(([, id]) => recorded.get(id))).toEqual(all(true));
  }, 90_000);
});
