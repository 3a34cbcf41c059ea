import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { DAY_MS } from '../../server/src/kernel/time.ts';
import type { BudgetPeriod, LimitScope } from '../../server/src/ports/shared-state.ts';
import { MemoryOwnLimits } from '../../server/src/shared-state/memory/own-limits.ts';
import { RedisBudgetCounters } from '../../server/src/shared-state/redis/budget-counters.ts';
import { RedisLimitCounters } from '../../server/src/shared-state/redis/limit-counters.ts';
import { RedisLink } from '../../server/src/shared-state/redis/link.ts';
import { EPOCH_KEY, type Membership } from '../../server/src/shared-state/redis/membership.ts';
import { requires } from '../support/optional.ts';
import { type OwnRedis, startRedis } from '../support/redis.ts';
import { systemClock } from './system-clock.ts';

const EPOCH = 'epoch';
const READY_KEY = 'ready';

requires('redis')(
  'two replicas on one connection, so that Redis does what they say in the order in which they say it',
  () => {
    let redis: OwnRedis;
    let link: RedisLink;

    beforeAll(async () => {
      redis = await startRedis();
    });
    beforeEach(async () => {
      link = new RedisLink({ url: redis.url, clock: systemClock, timeoutMs: 500 });
      link.define('start', "redis.call('MSET', KEYS[1], ARGV[1], KEYS[2], '1') return {1}");
    });
    afterEach(() => link.close());
    afterAll(() => redis.close());

    const membership = () => ({ epoch: EPOCH, readyKey: READY_KEY, isReady: link.isUp }) as Membership;

    async function started<Counters>(open: (replica: string) => Counters): Promise<[Counters, Counters]> {
      const both: [Counters, Counters] = [open('first'), open('second')];
      await vi.waitFor(() => expect(link.isUp).toBe(true), { timeout: 5000, interval: 5 });
      await link.run('start', [EPOCH_KEY, READY_KEY], [EPOCH]);
      return both;
    }

    async function budgets(counter: string) {
      const [first, second] = await started((replica) => new RedisBudgetCounters({ link, membership, replica }));
      const period = budgetOf(counter, 100);
      await first.restore(period, { spentNano: 0, inLedger: new Set() });
      return { first, second, period };
    }

    it('never counts money as reserved that a replica vouches for while it is refused', async () => {
      const { first, second, period } = await budgets('user:ann');
      await first.reserve([period], 60);
      const [tooDear, , others, tooDearToo] = await Promise.all([
        first.reserve([period], 50),
        first.renew(EPOCH),
        second.reserve([period], 30),
        second.reserve([period], 50),
      ]);
      expect(tooDear).toMatchObject({ kind: 'refused', settledNano: 0, reservedNano: 60 });
      expect(others).toMatchObject({ kind: 'reserved' });
      expect(tooDearToo).toMatchObject({ kind: 'refused', settledNano: 0, reservedNano: 90 });
    });

    it('keeps what is granted while a replica vouches, asked before it or after', async () => {
      const { first, second, period } = await budgets('user:bob');
      await first.reserve([period], 10);
      const verdicts = await Promise.all([
        first.reserve([period], 20),
        first.renew(EPOCH),
        first.renew(EPOCH),
        first.reserve([period], 30),
      ]);
      expect([verdicts[0], verdicts[3]]).toMatchObject([{ kind: 'reserved' }, { kind: 'reserved' }]);
      expect(await second.read(period)).toEqual({ settledNano: 0, reservedNano: 60 });
      await first.renew(EPOCH);
      expect(await second.read(period)).toEqual({ settledNano: 0, reservedNano: 60 });
    });

    it('gives back money of which a replica never learned that it was granted', async () => {
      const { first, second, period } = await budgets('user:cid');
      redis.pause();
      expect(await first.reserve([period], 70)).toEqual({ kind: 'unavailable' });
      redis.resume();
      await vi.waitFor(() => expect(link.isUp).toBe(true), { timeout: 5000, interval: 5 });
      expect(await second.read(period)).toEqual({ settledNano: 0, reservedNano: 70 });
      await first.tell(EPOCH);
      expect(await second.read(period)).toEqual({ settledNano: 0, reservedNano: 0 });
    });

    it('never counts a call as running that a replica vouches for while it is refused', async () => {
      const own = new MemoryOwnLimits({ clock: systemClock, share: () => 1 });
      const parts = { link, membership, own, clock: systemClock };
      const [first, second] = await started((replica) => new RedisLimitCounters({ ...parts, replica }));
      const scope = concurrencyOf('user:ann', 2);
      const tokens = { asked: 0, charged: 0 };
      const kept = await first.reserve([scope], tokens);
      const over = await second.reserve([scope], tokens);
      const [refused, , refusedToo] = await Promise.all([
        first.reserve([scope], tokens),
        first.renew(EPOCH),
        second.reserve([scope], tokens),
      ]);
      expect([kept, over]).toMatchObject([{ granted: true }, { granted: true }]);
      expect([refused, refusedToo]).toMatchObject([
        { granted: false, used: 2 },
        { granted: false, used: 2 },
      ]);
    });
  },
);

function budgetOf(counter: string, limitNano: number): BudgetPeriod {
  return {
    projectId: 'default',
    counter,
    name: `default:${counter}`,
    limitNano,
    endsAt: Date.now() + DAY_MS,
    shadow: false,
  };
}

function concurrencyOf(counter: string, concurrency: number): LimitScope {
  const name = `default:${counter}`;
  return {
    scope: 'user',
    id: counter,
    projectId: 'default',
    api: null,
    counter,
    name,
    limits: { concurrency } as LimitScope['limits'],
    shadow: false,
  };
}
