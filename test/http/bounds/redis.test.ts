import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Scene } from '../../chaos/support/scene.ts';
import { requires } from '../../support/optional.ts';
import { type OwnRedis, startRedis } from '../../support/redis.ts';
import type { ApiReply } from '../../support/weir.ts';

requires('redis')('a server with Redis', () => {
  let redis: OwnRedis;
  let scene: Scene;
  beforeAll(async () => {
    redis = await startRedis();
    scene = await Scene.start({
      simulator: { latency: { firstTokenMs: 0, interTokenMs: 0 } },
      config: { prices: { 'openai/priced': { input: 1, output: 2 } }, redis: { url: redis.url } },
    });
    await isShared();
  });
  afterAll(async () => {
    await scene.close();
    await redis.close();
  });

  async function redisHealth(): Promise<string> {
    return (await scene.weir.api('GET /healthz')).json.components.redis;
  }

  async function isShared(): Promise<void> {
    await vi.waitFor(async () => expect(await redisHealth()).toBe('healthy'), { timeout: 5000 });
  }

  async function chat(key: string, user?: string): Promise<ApiReply> {
    const messages = [{ role: 'user', content: 'Say "the weir holds".' }];
    return scene.weir.api(
      'POST /v1/chat/completions',
      { model: 'openai/priced', max_tokens: 50, messages, ...(user === undefined ? {} : { user }) },
      { authorization: `Bearer ${key}` },
    );
  }

  async function budget(user: string) {
    return (await scene.weir.api(`GET /api/v1/budgets?scope=user&id=${user}`)).json.data[0];
  }

  it('holds limits there, under the names of the seeds', async () => {
    const key = await scene.weir.key({ limits: { requests_per_minute: 2, tokens_per_day: 1000, concurrency: 5 } });
    const replies = await Promise.all(Array.from({ length: 10 }, () => chat(key)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(2);
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.json.error.details).toMatchObject({ scope: 'key', limit: 2, used: 2 });
    const names = await redis.keys('default:rate_limit:*');
    for (const window of ['minute', 'day']) {
      expect(names.some((name) => name.startsWith(`default:rate_limit:${window}:`))).toBe(true);
    }
    const { json } = await scene.weir.api('GET /api/v1/limits', undefined, { authorization: `Bearer ${key}` });
    const own = json.data.filter(({ scope, api }: Record<string, unknown>) => scope === 'key' && api === null);
    const remaining = Object.fromEntries(own.map((use: Record<string, unknown>) => [use.name, use.remaining]));
    expect(remaining).toMatchObject({ requests_per_minute: 0, concurrency: 5 });
    expect(remaining.tokens_per_day).toBeLessThan(1000);
  });

  it('holds budgets there, and the ledger has the same sum', async () => {
    await scene.weir.api('PUT /api/v1/budgets', { scope: 'user', id: 'shared', usd: 1, period: 'day' });
    const key = await scene.weir.key();
    const replies = await Promise.all(Array.from({ length: 10 }, () => chat(key, 'shared')));
    const spent = replies.reduce((sum, { headers }) => sum + Number(headers.get('x-weir-cost-usd')), 0);
    expect(await budget('shared')).toMatchObject({ settled_usd: expect.closeTo(spent, 9), reserved_usd: 0 });
  });

  it('F47: loses no money with all of its data', async () => {
    await scene.weir.api('PUT /api/v1/budgets', { scope: 'user', id: 'flushed', usd: 1, period: 'month' });
    const key = await scene.weir.key();
    const limited = await scene.weir.key({ limits: { requests_per_minute: 3 } });
    for (let turn = 0; turn < 2; turn++) {
      expect((await chat(key, 'flushed')).status).toBe(200);
      expect((await chat(limited)).status).toBe(200);
    }
    const before = await budget('flushed');
    await redis.command('FLUSHALL');
    await expect.poll(async () => (await chat(key, 'flushed')).status, { timeout: 5000 }).toBe(200);
    await expect.poll(async () => (await budget('flushed')).settled_usd, { timeout: 5000 }).not.toBeNull();
    const after = await budget('flushed');
    expect(after.settled_usd).toBeCloseTo(before.settled_usd * 1.5, 9);
    // The limit was told again too: one call of three is left.
    expect((await chat(limited)).status).toBe(200);
    expect((await chat(limited)).status).toBe(429);
  });

  describe('F46: while Redis is away', () => {
    it('calls go on within limits, budgets wait, health says so, and afterwards everything is as it was', async () => {
      await scene.weir.api('PUT /api/v1/budgets', { scope: 'user', id: 'away', usd: 1, period: 'total' });
      const key = await scene.weir.key({ limits: { requests_per_minute: 4 } });
      const free = await scene.weir.key();
      expect((await chat(key)).status).toBe(200);
      const paid = Number((await chat(free, 'away')).headers.get('x-weir-cost-usd'));
      await redis.kill();
      expect((await chat(key)).status).toBe(200);
      await expect.poll(redisHealth).toBe('unhealthy');
      expect((await scene.weir.api('GET /healthz')).json.status).toBe('degraded');
      expect((await scene.weir.api('GET /healthz')).status).toBe(200);
      expect((await scene.weir.api('GET /metrics')).text).toMatch(/^weir_shared_state_mode 2$/m);
      const waiting = await chat(free, 'away');
      expect(waiting.status).toBe(503);
      expect(waiting.json.error.code).toBe('store.unavailable');
      expect(waiting.headers.get('retry-after')).toBe('1');
      expect((await chat(key)).status).toBe(200);
      await redis.start();
      const from = performance.now();
      await isShared();
      expect(performance.now() - from).toBeLessThan(5000);
      expect((await chat(key)).status).toBe(200);
      expect((await chat(key)).status).toBe(429);
      expect((await budget('away')).settled_usd).toBeCloseTo(paid, 9);
      expect((await chat(free, 'away')).status).toBe(200);
    });

    it('a Redis that does not answer holds up one call for a moment, not every call', async () => {
      const key = await scene.weir.key({ limits: { requests_per_minute: 20 } });
      expect((await chat(key)).status).toBe(200);
      redis.pause();
      const from = performance.now();
      for (let turn = 0; turn < 5; turn++) expect((await chat(key)).status).toBe(200);
      // One command waits for its limit of a quarter of a second.
      expect(performance.now() - from).toBeLessThan(2000);
      expect(await redisHealth()).toBe('unhealthy');
      redis.resume();
      await isShared();
      expect((await chat(key)).status).toBe(200);
    });
  });
});
