import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../server/src/simulator/server.ts';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { type OwnRedis, startRedis } from '../support/redis.ts';
import { startReplica, startReplicas } from '../support/replicas.ts';
import type { RunningWeir } from '../support/weir.ts';

const THREADS = 2;
const PRICES = {
  'openai/gpt-4o-mini': { input: 1, output: 2 },
  'anthropic/claude-sonnet-5': { input: 1, output: 2 },
};
/** A connection of its own for each call, so that the system deals it to any of the threads. */
const ALONE = { connection: 'close' };

requires('postgres')('with PostgreSQL', () => {
  requires('redis')('two replicas of two threads each, with Redis', () => {
    let postgres: Postgres;
    let redis: OwnRedis;
    let simulator: Simulator;
    let pair: Awaited<ReturnType<typeof startReplicas>>;
    let options: { config: string; args: string[] };

    beforeAll(async () => {
      [postgres, redis, simulator] = await Promise.all([
        startPostgres(),
        startRedis(),
        startSimulator({ latency: { firstTokenMs: 20, interTokenMs: 0 } }),
      ]);
      const config = JSON.stringify({
        providers: {
          openai: { api_key: 'sk-first', base_url: `${simulator.url}/v1` },
          anthropic: { api_key: 'sk-ant-first', base_url: simulator.url },
        },
        prices: PRICES,
        redis: { url: redis.url },
        retry: { max_attempts: 0 },
      });
      options = { config, args: ['--workers', String(THREADS)] };
      pair = await startReplicas(postgres, { count: 2, ...options });
      for (const replica of pair.replicas) await isShared(replica);
    }, 60_000);
    afterAll(async () => {
      await pair.stop();
      await redis.close();
      await simulator.close();
      await postgres.remove();
    });

    const weir = (at: number) => pair.replicas[at % 2] as RunningWeir;

    async function isShared(replica: RunningWeir): Promise<void> {
      const health = async () => (await replica.api('GET /healthz')).json;
      await vi.waitFor(async () => expect((await health()).components.redis).toBe('healthy'), { timeout: 15_000 });
      expect((await health()).worker_threads).toEqual({ configured: THREADS, serving: THREADS });
    }

    async function keyOnBoth(more: object = {}): Promise<string> {
      const key = await weir(0).key({ ...more });
      const asked = () => weir(1).api('GET /api/v1/limits', undefined, { authorization: `Bearer ${key}` });
      await vi.waitFor(async () => expect((await asked()).status).toBe(200), { timeout: 5000 });
      return key;
    }

    /** How a call through an official client ended, and the id it has in the ledger. */
    interface Ended {
      readonly status: number;
      readonly requestId: string;
    }

    async function call(at: number, of: { key: string; user: string }): Promise<Ended> {
      const ask = at % 4 < 2 ? throughOpenAi : throughAnthropic;
      return ask(weir(at).url, { ...of, stream: at % 8 < 4 });
    }

    const crowd = (count: number, of: { key: string; user: string }) =>
      Promise.all(Array.from({ length: count }, (_, at) => call(at, of)));

    async function callsByThread(): Promise<number[]> {
      const texts = await Promise.all(pair.replicas.map((replica) => replica.api('GET /metrics')));
      return texts.flatMap(({ text }) =>
        [...text.matchAll(/^weir_worker_calls_total\{worker="\d"\} (\d+)$/gm)].map(([, count]) => Number(count)),
      );
    }

    async function records(of: { user: string; at?: number }) {
      const { json } = await weir(of.at ?? 0).api('GET /api/v1/usage/records?limit=1000');
      return (json.data as { request_id: string; user_id: string; cost_nano_usd: number; success: boolean }[]).filter(
        ({ user_id }) => user_id === of.user,
      );
    }

    it('lets exactly the number of a limit pass over all four threads', async () => {
      const key = await keyOnBoth({ limits: { requests_per_minute: 33 } });
      const before = await callsByThread();
      const ended = await crowd(160, { key, user: 'limited' });
      const after = await callsByThread();
      expect(after).toHaveLength(2 * THREADS);
      expect(Math.min(...after.map((count, at) => count - (before[at] ?? 0)))).toBeGreaterThan(0);
      expect(ended.filter(({ status }) => status === 200)).toHaveLength(33);
      expect(ended.filter(({ status }) => status === 429)).toHaveLength(160 - 33);
      for (const replica of pair.replicas) {
        const { json } = await replica.api('GET /api/v1/limits', undefined, { authorization: `Bearer ${key}` });
        const use = json.data.find(({ name }: { name: string }) => name === 'requests_per_minute');
        expect(use).toMatchObject({ limit: 33, remaining: 0 });
      }
    });

    it('spends a budget to the last call that fits and not beyond, and all counters say what the ledger says', async () => {
      await weir(1).api('PUT /api/v1/budgets', { scope: 'user', id: 'spender', usd: 0.01, period: 'total' });
      const view = async (at: number) =>
        (await weir(at).api('GET /api/v1/budgets?scope=user&id=spender')).json.data[0] as Record<string, number>;
      await vi.waitFor(async () => expect(await view(0)).toBeDefined(), { timeout: 5000 });
      const key = await keyOnBoth();
      const ended = await crowd(200, { key, user: 'spender' });
      const passed = ended.filter(({ status }) => status === 200);
      expect(passed.length).toBeGreaterThan(0);
      expect(ended.filter(({ status }) => status === 402)).toHaveLength(200 - passed.length);
      await vi.waitFor(async () => expect(await records({ user: 'spender' })).toHaveLength(200), { timeout: 5000 });
      const spentNano = (await records({ user: 'spender' })).reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0);
      expect(spentNano).toBeGreaterThan(0);
      expect(spentNano).toBeLessThanOrEqual(0.01e9);
      for (const at of [0, 1]) {
        expect(await view(at)).toMatchObject({ settled_usd: expect.closeTo(spentNano / 1e9, 9), reserved_usd: 0 });
      }
    });

    it('has every call of every thread once in the ledger, whichever replica is asked', async () => {
      const key = await keyOnBoth();
      const ended = await crowd(80, { key, user: 'recorded' });
      expect(ended.map(({ status }) => status)).toEqual(Array(80).fill(200));
      const ids = ended.map(({ requestId }) => requestId).sort();
      for (const at of [0, 1]) {
        const found = async () => (await records({ user: 'recorded', at })).map(({ request_id }) => request_id).sort();
        await vi.waitFor(async () => expect(await found()).toEqual(ids), { timeout: 5000 });
      }
    });

    it('refuses a key in every thread of both replicas within a second of its revocation on one', async () => {
      const made = await weir(0).api('POST /api/v1/keys', { name: 'short-lived' });
      const of = { key: made.json.key, user: 'revoked' };
      await vi.waitFor(async () => expect((await call(1, of)).status).toBe(200), { timeout: 5000 });
      expect((await weir(1).api(`DELETE /api/v1/keys/${made.json.id}`)).status).toBeLessThan(300);
      const from = performance.now();
      const refused = async () => {
        const ended = await crowd(16, of);
        expect(ended.map(({ status }) => status)).toEqual(Array(16).fill(401));
      };
      await vi.waitFor(refused, { timeout: 5000, interval: 20 });
      expect(performance.now() - from).toBeLessThan(5000);
    });

    it('keeps records, spending and limits when one replica of two threads is killed and comes back', async () => {
      await weir(0).api('PUT /api/v1/budgets', { scope: 'user', id: 'survivor', usd: 1, period: 'total' });
      const key = await keyOnBoth();
      const before = await crowd(24, { key, user: 'survivor' });
      expect(before.map(({ status }) => status)).toEqual(Array(24).fill(200));
      const { dataDir } = weir(1);
      await weir(1).kill9();
      pair.replicas[1] = await startReplica(pair.url, { ...options, dataDir });
      await isShared(weir(1));
      const after = await crowd(24, { key, user: 'survivor' });
      expect(after.map(({ status }) => status)).toEqual(Array(24).fill(200));
      const ids = [...before, ...after].map(({ requestId }) => requestId).sort();
      const found = async () => records({ user: 'survivor' });
      await vi.waitFor(async () => expect((await found()).map(({ request_id }) => request_id).sort()).toEqual(ids), {
        timeout: 5000,
      });
      const spentNano = (await found()).reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0);
      for (const at of [0, 1]) {
        const { json } = await weir(at).api('GET /api/v1/budgets?scope=user&id=survivor');
        expect(json.data[0]).toMatchObject({ settled_usd: expect.closeTo(spentNano / 1e9, 9), reserved_usd: 0 });
      }
    }, 60_000);
  });
});

type ClientCall = { readonly key: string; readonly user: string; readonly stream: boolean };
const PROMPT = 'Say "the weir holds".';

async function throughOpenAi(url: string, { key, user, stream }: ClientCall) {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0, defaultHeaders: ALONE });
  const body = { model: 'gpt-4o-mini', user, max_tokens: 100, messages: [{ role: 'user' as const, content: PROMPT }] };
  try {
    const { data, response } = stream
      ? await client.chat.completions.create({ ...body, stream }).withResponse()
      : await client.chat.completions.create({ ...body, stream }).withResponse();
    if (Symbol.asyncIterator in data) for await (const _ of data);
    return { status: response.status, requestId: response.headers.get('x-request-id') ?? '' };
  } catch (error) {
    if (error instanceof OpenAI.APIError) return { status: error.status ?? 0, requestId: error.requestID ?? '' };
    throw error;
  }
}

async function throughAnthropic(url: string, { key, user, stream }: ClientCall) {
  const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0, defaultHeaders: ALONE });
  const body = {
    model: 'claude-sonnet-5',
    max_tokens: 100,
    metadata: { user_id: user },
    messages: [{ role: 'user' as const, content: PROMPT }],
  };
  try {
    const { data, response } = stream
      ? await client.messages.create({ ...body, stream }).withResponse()
      : await client.messages.create({ ...body, stream }).withResponse();
    if (Symbol.asyncIterator in data) for await (const _ of data);
    return { status: response.status, requestId: response.headers.get('request-id') ?? '' };
  } catch (error) {
    if (error instanceof Anthropic.APIError) return { status: error.status ?? 0, requestId: error.requestID ?? '' };
    throw error;
  }
}
