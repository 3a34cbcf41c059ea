import { afterAll, beforeAll, expect, vi } from 'vitest';
import { DAY_MS } from '../../server/src/kernel/time.ts';
import { onlyReplica } from '../../server/src/ports/replica-roll.ts';
import { MemoryOwnLimits } from '../../server/src/shared-state/memory/own-limits.ts';
import { redisSharedState } from '../../server/src/shared-state/redis/shared-state.ts';
import { requires } from '../support/optional.ts';
import { type OwnRedis, startRedis } from '../support/redis.ts';
import { sharedStateContract } from './shared-state.contract.ts';
import { systemClock } from './system-clock.ts';

requires('redis')('on a Redis of its own', () => {
  let redis: OwnRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  let opened = 0;
  sharedStateContract('shared state in Redis', async () => {
    opened++;
    // Noon of a later day each time: the counters of one test are nothing to the next.
    let offset = DAY_MS / 2 - (Date.now() % DAY_MS) + opened * 30 * DAY_MS;
    const state = redisSharedState({
      url: redis.url,
      clock: systemClock,
      timeoutMs: 5000,
      timeOffsetMs: () => offset,
      roll: onlyReplica(`replica${opened}`),
      own: new MemoryOwnLimits({ clock: systemClock, share: () => 1 }),
      flushLedger: async () => {},
    });
    await vi.waitFor(() => expect(state.mode()).toBe('shared'), { timeout: 5000, interval: 5 });
    return {
      state,
      advance(milliseconds) {
        offset += milliseconds;
      },
      close: () => state.close(),
    };
  });
});
