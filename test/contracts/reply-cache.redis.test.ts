import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectRedis } from '../../server/src/compose/caching/redis.ts';
import { RedisReplyCache } from '../../server/src/shared-state/redis/reply-cache.ts';
import { RedisSemanticIndex } from '../../server/src/shared-state/redis/semantic-index.ts';
import { pause } from '../../server/src/simulator/pacing.ts';
import { requires } from '../support/optional.ts';
import { plainRedis } from '../support/plain-redis.ts';
import { type OwnRedis, startRedis } from '../support/redis.ts';
import { ManualClock } from './manual-clock.ts';
import { key, reply, replyCacheContract } from './reply-cache.contract.ts';

const NEVER = new AbortController().signal;

/** A backend on a Redis of its own; `clock` is that of its breaker. */
async function openBackend(server: OwnRedis, clock = new ManualClock()) {
  const redis = connectRedis(server.url, { commandTimeoutMs: 100, report: () => {} });
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve));
  return {
    clock,
    replies: new RedisReplyCache({ redis, clock }),
    index: new RedisSemanticIndex({ redis, clock }),
  };
}

requires('redis')('the reply cache in Redis', () => {
  let server: OwnRedis;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());

  replyCacheContract('Redis', async () => {
    const { replies, index } = await openBackend(server);
    // Redis keeps its own time.
    return { replies, index, pass: (milliseconds) => pause(milliseconds, NEVER), close: () => replies.close() };
  });

  it('names keys as the seed does, prefixed by the project, with a time to live', async () => {
    const { replies } = await openBackend(server);
    const plain = await plainRedis(server.url);
    const at = key('team');
    replies.put(at, reply('x'), 60_000);
    await replies.get(at);
    expect(await plain.exists(`team:llm_cache:${at.hash}`)).toBe(1);
    expect(await plain.pttl(`team:llm_cache:${at.hash}`)).toBeGreaterThan(50_000);
    plain.disconnect();
    await replies.close();
  });

  it('takes garbage for a miss, whatever it is', async () => {
    const { replies } = await openBackend(server);
    const plain = await plainRedis(server.url);
    const whole = key('team');
    replies.put(whole, reply('a whole reply'), 60_000);
    await replies.get(whole);
    const bytes = (await plain.getBuffer(`team:llm_cache:${whole.hash}`)) as Buffer;
    const garbage = [Buffer.alloc(0), Buffer.from('{}'), Buffer.from('weir1'), bytes.subarray(1), Buffer.alloc(1e6, 7)];
    for (let cut = 0; cut < bytes.length; cut += 7) garbage.push(bytes.subarray(0, cut));
    garbage.push(Buffer.concat([bytes, Buffer.from('x')]));
    for (const value of garbage) {
      const at = key('team');
      await plain.set(`team:llm_cache:${at.hash}`, value);
      expect(await replies.get(at)).toBeUndefined();
    }
    const list = key('team');
    await plain.lpush(`team:llm_cache:${list.hash}`, 'x');
    expect(await replies.get(list)).toBeUndefined();
    expect([replies.isUp(), replies.state().failures]).toEqual([true, 0]);
    plain.disconnect();
    await replies.close();
  });

  it('is left alone while it does not answer, asked again after a rest, and never rejects', async () => {
    const own = await startRedis();
    const { replies, index, clock } = await openBackend(own);
    const at = key();
    replies.put(at, reply('x'), 600_000);
    expect(await replies.get(at)).toBeDefined();
    own.pause();
    for (let turn = 0; turn < 3; turn++) expect(await replies.get(at)).toBeUndefined();
    expect([replies.isUp(), replies.state().failures]).toEqual([false, 3]);
    const startedAt = performance.now();
    for (let turn = 0; turn < 100; turn++) expect(await replies.get(at)).toBeUndefined();
    replies.put(key(), reply('y'), 1000);
    expect(performance.now() - startedAt).toBeLessThan(100);
    await expect(replies.purge('p')).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(await index.similar({ projectId: 'p', hash: at.hash }, Float32Array.of(1), 0.5)).toEqual([]);
    own.resume();
    clock.advance(60_000);
    await expect.poll(() => replies.get(at), { timeout: 5000 }).toBeDefined();
    expect(replies.isUp()).toBe(true);
    await own.kill();
    for (let turn = 0; turn < 3; turn++) expect(await replies.get(at)).toBeUndefined();
    expect(replies.isUp()).toBe(false);
    await own.start();
    clock.advance(60_000);
    await expect
      .poll(
        async () => {
          clock.advance(60_000);
          await replies.get(at);
          return replies.isUp();
        },
        { timeout: 10_000 },
      )
      .toBe(true);
    await replies.close();
    await own.close();
  });
});
