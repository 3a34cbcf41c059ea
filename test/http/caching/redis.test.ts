import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../server/src/simulator/server.ts';
import { simulatorProviders } from '../../../server/src/simulator/simulator-providers.ts';
import { requires } from '../../support/optional.ts';
import { plainRedis } from '../../support/plain-redis.ts';
import { type OwnRedis, startRedis } from '../../support/redis.ts';
import { requirement } from '../../support/requirement.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';

let redis: OwnRedis;
let simulator: Simulator;
let first: RunningWeir;
let second: RunningWeir;

let questions = 0;
const ask = (more: object = {}) => ({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: `question ${++questions}` }],
  ...more,
});

async function call(weir: RunningWeir, body: object, cache = 'use') {
  const startedAt = performance.now();
  const reply = await weir.api('POST /v1/chat/completions', body, { 'x-weir-cache': cache });
  return { ...reply, cache: reply.headers.get('x-weir-cache'), tookMs: performance.now() - startedAt };
}

const failuresOf = async (weir: RunningWeir) => (await weir.api('GET /api/v1/cache/stats')).json;

requires('redis')(requirement('E6'), () => {
  beforeAll(async () => {
    redis = await startRedis();
    simulator = await startSimulator({ latency: { firstTokenMs: 0, interTokenMs: 0 } });
    const env = { ...simulatorProviders(simulator.url), REDIS_URL: redis.url };
    [first, second] = await Promise.all([startWeir({ env }), startWeir({ env })]);
  });
  afterAll(async () => {
    await Promise.all([first?.stop(), second?.stop()]);
    await simulator?.close();
    await redis?.close();
  });

  it('is shared by all replicas, whole and streamed, for an hour', async () => {
    const plain = await plainRedis(redis.url);
    await first.api('DELETE /api/v1/cache');
    for (const [at, body] of [ask(), ask({ stream: true })].entries()) {
      const made = await call(first, body);
      // It is kept while its client reads it.
      await expect.poll(async () => (await plain.keys('default:llm_cache:*')).length).toBe(at + 1);
      const again = await call(second, body);
      expect([made.cache, again.cache]).toEqual(['miss', 'hit']);
      expect(again.text).toBe(made.text);
    }
    const names = await plain.keys('default:llm_cache:*');
    expect(names.length).toBe(2);
    expect(names[0]).toMatch(/^default:llm_cache:[0-9a-f]{64}$/);
    const left = await plain.pttl(names[0] as string);
    expect(left > 3_500_000 && left <= 3_600_000).toBe(true);
    plain.disconnect();
  });

  it('is purged everywhere', async () => {
    const body = ask();
    await call(first, body);
    const purged = await second.api('DELETE /api/v1/cache');
    expect(purged.json.purged).toBeGreaterThan(0);
    expect((await call(first, body)).cache).toBe('miss');
  });

  it('takes garbage for a miss and writes over it', async () => {
    const body = ask();
    await call(first, body);
    const plain = await plainRedis(redis.url);
    for (const name of await plain.keys('default:llm_cache:*')) await plain.set(name, 'garbage');
    plain.disconnect();
    const reply = await call(first, body);
    expect([reply.status, reply.cache]).toEqual([200, 'miss']);
    expect((await call(second, body)).cache).toBe('hit');
  });

  it('that does not answer changes nothing but speed, and not for long', async () => {
    const body = ask();
    const made = await call(first, body);
    redis.pause();
    try {
      for (let turn = 0; turn < 8; turn++) {
        const reply = await call(first, body);
        expect([reply.status, reply.json.choices[0].message.content]).toEqual([
          200,
          made.json.choices[0].message.content,
        ]);
        expect(reply.cache === 'miss' || reply.cache === 'bypass').toBe(true);
        expect(reply.tookMs).toBeLessThan(2000);
      }
      const stats = await failuresOf(first);
      expect(stats.failures).toBeGreaterThan(0);
      const metrics = await first.api('GET /metrics');
      expect(metrics.text).toMatch(/^weir_cache_failures_total [1-9]/m);
    } finally {
      redis.resume();
    }
    await expect.poll(async () => (await call(first, body)).cache, { timeout: 10_000, interval: 200 }).toBe('hit');
  });

  it('that is gone changes nothing, and is used again when it is back', async () => {
    const body = ask();
    await call(first, body);
    await redis.kill();
    for (let turn = 0; turn < 5; turn++) expect((await call(first, body)).status).toBe(200);
    expect((await call(first, { ...body, stream: true })).text).toContain('[DONE]');
    expect((await failuresOf(first)).up).toBe(false);
    expect((await call(first, body)).cache).toBe('bypass');
    expect((await first.api('DELETE /api/v1/cache')).json.error.code).toBe('store.unavailable');
    await redis.start();
    await expect.poll(async () => (await call(first, body)).cache, { timeout: 15_000, interval: 200 }).toBe('hit');
  });

  it('that is not there at the start does not keep Weir from starting', async () => {
    const env = { ...simulatorProviders(simulator.url), REDIS_URL: 'redis://127.0.0.1:1' };
    const weir = await startWeir({ env });
    const reply = await call(weir, ask());
    expect(reply.status).toBe(200);
    await weir.stop();
  });
});
