import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../chaos/support/scene.ts';

const PRICED = { 'openai/gpt-4o-mini': { input: 1000, output: 1000 } };
let scene: Scene;
beforeAll(async () => {
  scene = await Scene.start({
    simulator: { latency: { firstTokenMs: 20, interTokenMs: 0 } },
    config: {
      server: { workers: 2 },
      prices: PRICED,
      cache: { exact: { enabled: false } },
    },
  });
}, 30_000);
afterAll(() => scene.close());

interface Reply {
  readonly status: number;
  readonly json: { error?: { code: string }; id?: string } & Record<string, unknown>;
  readonly requestId: string;
}

/** On a connection of its own, so that the system deals it to any of the threads. */
function send(path: string, body: object | undefined, headers: Record<string, string> = {}): Promise<Reply> {
  const agent = new Agent({ keepAlive: false });
  const sent = request(scene.weir.url + path, {
    agent,
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${scene.weir.adminKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return new Promise((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('end', () => {
        const text = Buffer.concat(pieces).toString();
        resolve({
          status: response.statusCode ?? 0,
          json: text.startsWith('{') ? JSON.parse(text) : {},
          requestId: String(response.headers['x-request-id'] ?? ''),
        });
      });
    });
  });
}

const chat = (key: string, more: object = {}, headers: Record<string, string> = {}) =>
  send(
    '/v1/chat/completions',
    {
      model: 'openai/gpt-4o-mini',
      max_tokens: 20,
      messages: [{ role: 'user', content: 'Say "the weir holds".' }],
      ...more,
    },
    { authorization: `Bearer ${key}`, ...headers },
  );

const many = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));

async function metric(pattern: RegExp): Promise<number[]> {
  const { text } = await scene.weir.api('GET /metrics');
  return [...text.matchAll(pattern)].map(([, value]) => Number(value));
}

const byThread = () => metric(/^weir_worker_calls_total\{worker="\d"\} (\d+)$/gm);

describe('weir serve with two workers', () => {
  it('deals calls to both threads and says in /healthz how many serve', async () => {
    const key = await scene.weir.key();
    await many(40, () => chat(key));
    const calls = await byThread();
    expect(calls).toHaveLength(2);
    expect(Math.min(...calls)).toBeGreaterThan(0);
    const health = await scene.weir.api('GET /healthz');
    expect(health.json.worker_threads).toEqual({ configured: 2, serving: 2 });
  });

  it('lets exactly the limited number of 200 concurrent calls through, over both threads', async () => {
    const key = await scene.weir.key({ limits: { requests_per_minute: 37 } });
    const before = await byThread();
    const replies = await many(200, () => chat(key));
    const after = await byThread();
    expect(Math.min(...after.map((count, at) => count - (before[at] ?? 0)))).toBeGreaterThan(0);
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(37);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(163);
  });

  it('never spends more than a budget allows', async () => {
    const key = await scene.weir.key({ budget: { usd: 0.5, period: 'day' } });
    const replies = await many(120, () => chat(key));
    const passed = replies.filter(({ status }) => status === 200).length;
    expect(passed).toBeGreaterThan(0);
    expect(replies.filter(({ status }) => status === 402)).toHaveLength(120 - passed);
    const ids = new Set(replies.map(({ requestId }) => requestId));
    const spent = (await scene.records())
      .filter(({ request_id }) => ids.has(request_id))
      .reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0);
    expect(spent).toBeLessThanOrEqual(0.5e9);
    expect(spent).toBeGreaterThan(0);
  });

  it('refuses a revoked key in every thread from the moment the revocation is answered', async () => {
    for (let turn = 0; turn < 5; turn++) {
      const made = await scene.weir.api('POST /api/v1/keys', { name: 'short-lived' });
      const seen = await many(8, () => chat(made.json.key));
      expect(seen.map(({ status }) => status)).toEqual(Array(8).fill(200));
      const revoked = await scene.weir.api(`DELETE /api/v1/keys/${made.json.id}`);
      expect(revoked.status).toBeLessThan(300);
      const refused = await many(8, () => chat(made.json.key));
      expect(refused.map(({ status }) => status)).toEqual(Array(8).fill(401));
    }
  });

  it('renders what a label points at in every thread from the moment its move is answered', async () => {
    const key = await scene.weir.key();
    for (const content of ['one', 'two']) {
      await scene.weir.api('POST /api/v1/prompts', { name: 'team/live', messages: [{ role: 'user', content }] });
    }
    for (const version of [1, 2, 1, 2]) {
      const moved = await scene.weir.api('PUT /api/v1/prompts/team%2Flive/labels/production', { version });
      expect(moved.status).toBe(200);
      const before = await byThread();
      const replies = await many(12, () => chat(key, { prompt: { name: 'team/live' } }));
      expect(replies.map(({ status }) => status)).toEqual(Array(12).fill(200));
      const ids = new Set(replies.map(({ requestId }) => requestId));
      const records = (await scene.records()).filter(({ request_id }) => ids.has(request_id));
      expect(records.map(({ prompt_version }) => prompt_version)).toEqual(Array(12).fill(version));
      const after = await byThread();
      expect(after.every((count, at) => count > (before[at] ?? 0))).toBe(true);
    }
  });

  it('shows a record in any thread as soon as the reply was read', async () => {
    const key = await scene.weir.key();
    for (let turn = 0; turn < 12; turn++) {
      const { requestId } = await chat(key);
      const { json } = await send('/api/v1/usage/records?limit=5', undefined);
      const found = (json.data as { request_id: string }[]).map(({ request_id }) => request_id);
      expect(found).toContain(requestId);
    }
  });

  it('sums metrics over all threads, which tell them right after their replies', async () => {
    const pattern = /^llm_requests_total\{provider="openai",model="gpt-4o-mini",status="success"\} (\d+)$/gm;
    const key = await scene.weir.key();
    const [before = 0] = await metric(pattern);
    await many(30, () => chat(key));
    await until(async () => (await metric(pattern))[0] === before + 30);
    await until(async () => (await metric(/^weir_calls_in_flight (\d+)$/gm))[0] === 0);
  });

  it('answers a repeated Idempotency-Key once, whichever thread it reaches', async () => {
    const key = await scene.weir.key();
    const asked = scene.asked('gpt-4o-mini');
    const headers = { 'idempotency-key': 'once-for-all-threads' };
    const crowd = await many(16, () => chat(key, {}, headers));
    expect(crowd.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect(crowd.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const later: Reply[] = [];
    for (let turn = 0; turn < 8; turn++) later.push(await chat(key, {}, headers));
    expect(new Set(later.map(({ json }) => json.id)).size).toBe(1);
    expect(scene.asked('gpt-4o-mini')).toBe(asked + 1);
  });
});

describe('the end of weir serve with two workers', () => {
  it('lets running calls of both threads finish on SIGTERM, and keeps their records', async () => {
    const own = await Scene.start({
      simulator: { latency: { firstTokenMs: 600, interTokenMs: 0 } },
      config: { server: { workers: 2 } },
    });
    const running = many(12, () => own.chat({ model: 'openai/gpt-4o-mini' }));
    await until(async () => (await own.weir.api('GET /metrics')).text.includes('weir_calls_in_flight 12'));
    await own.weir.stop();
    expect((await running).map(({ status }) => status)).toEqual(Array(12).fill(200));
    await own.restart();
    expect((await own.records()).filter(({ success }) => success)).toHaveLength(12);
    await own.close();
  }, 30_000);
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) if (await isTrue()) return;
  throw new Error('it never became true');
}
