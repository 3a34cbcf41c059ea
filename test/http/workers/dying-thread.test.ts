import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type App, composeApp } from '../../../server/src/compose/app.ts';
import { loadConfig } from '../../../server/src/config/load-config.ts';
import { type Simulator, startSimulator } from '../../../server/src/simulator/server.ts';
import { TEST_ADMIN_KEY } from '../../support/weir.ts';

const CALLS = 16;
let simulator: Simulator;
let app: App;
let url: string;
let directory: string;
const threads: Worker[] = [];

/** Threads that serve calls carry their number in their name. */
function note(worker: Worker): void {
  if ((worker as { threadName?: string | null }).threadName?.startsWith('weir-worker-')) threads.push(worker);
}

beforeAll(async () => {
  process.on('worker', note);
  directory = mkdtempSync(join(tmpdir(), 'weir-dying-'));
  simulator = await startSimulator({ latency: { firstTokenMs: 1500, interTokenMs: 0 } });
  const text = JSON.stringify({
    server: { port: 0, workers: 2 },
    providers: { openai: { api_key: 'sk-first', base_url: `${simulator.url}/v1` } },
    retry: { max_attempts: 0 },
  });
  const environment = { WEIR_ADMIN_KEY: TEST_ADMIN_KEY };
  const loaded = loadConfig({ environment, file: { name: 'test', text }, flags: {} });
  app = await composeApp({ loaded, environment, dataDir: directory, workers: 2 });
  url = await app.listen();
}, 30_000);

afterAll(async () => {
  process.off('worker', note);
  await app.close();
  await simulator.close();
  rmSync(directory, { recursive: true });
});

async function api(path: string, body?: object, key = TEST_ADMIN_KEY) {
  const response = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

const chat = (key: string) =>
  api(
    '/v1/chat/completions',
    { model: 'openai/gpt-4o-mini', max_tokens: 20, messages: [{ role: 'user', content: 'Hi.' }] },
    key,
  );

describe('a worker thread that dies', () => {
  it('is replaced; its calls are settled by estimate and hold no limit any more', async () => {
    const made = await api('/api/v1/keys', { name: 'held', limits: { concurrency: CALLS } });
    const { key } = JSON.parse(made.text);
    const running = Array.from({ length: CALLS }, () => chat(key).catch(() => undefined));
    while (!(await api('/metrics')).text.includes(`weir_calls_in_flight ${CALLS}`));
    while (simulator.journal.entries.length < CALLS) await new Promise(setImmediate);
    expect((await chat(key)).status).toBe(429);
    const [dying] = threads;
    const gone = once(dying as Worker, 'exit');
    await dying?.terminate();
    await gone;
    const replies = await Promise.all(running);
    const lost = replies.filter((reply) => reply === undefined).length;
    expect(lost).toBeGreaterThan(0);
    const records = JSON.parse((await api('/api/v1/usage/records?limit=100')).text).data as {
      error: string | null;
      cost_state: string;
      success: boolean;
    }[];
    const dead = records.filter(({ error }) => error?.includes('ended before the call was settled'));
    expect(dead).toHaveLength(lost);
    expect(dead.every(({ cost_state }) => cost_state === 'estimated')).toBe(true);
    expect(records.filter(({ success }) => success)).toHaveLength(CALLS - lost);
    await vi.waitFor(async () => expect((await api('/metrics')).text).toContain('weir_calls_in_flight 0'));
    while (threads.length < 2 || !(await api('/healthz')).text.includes('"serving":2'));
    const again = await Promise.all(Array.from({ length: CALLS }, () => chat(key)));
    expect(again.map(({ status }) => status)).toEqual(Array(CALLS).fill(200));
  }, 30_000);
});
