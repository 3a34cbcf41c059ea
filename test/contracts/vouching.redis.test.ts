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
      const scope = scopeOf('cat', { concurrency: 2 });
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

requires('redis')('a replica that is interrupted while it tells a new Redis what it counted', () => {
  let redis: OwnRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  it('tells none of it twice', async () => {
    const link = new RedisLink({ url: redis.url, clock: systemClock, timeoutMs: 5000 });
    let isReady = false;
    const membership = () => ({ epoch: EPOCH, readyKey: READY_KEY, isReady }) as Membership;
    const own = new MemoryOwnLimits({ clock: systemClock, share: () => 1 });
    const limits = new RedisLimitCounters({ link, membership, own, replica: 'first', clock: systemClock });
    link.define('start', "redis.call('SET', KEYS[1], ARGV[1]) redis.call('SET', KEYS[2], '') return {1}");
    link.define('mend', "redis.call('DEL', KEYS[1]) return {1}");
    const isUp = () => vi.waitFor(() => expect(link.isUp).toBe(true), { timeout: 5000, interval: 5 });
    const scopes = ['ann', 'bob'].map((id) => scopeOf(id, { requests_per_day: 10, requests_per_minute: 10 }));
    for (let at = 0; at < 3; at++) await limits.reserve(scopes, { asked: 0, charged: 0 });
    await isUp();
    // Something else stands in the place of the second counter.
    const inTheWay = `default:rate_limit:day:${EPOCH}:user:bob`;
    await link.run('start', [EPOCH_KEY, inTheWay], [EPOCH]);
    await expect(limits.tell(EPOCH, true)).rejects.toThrow('WRONGTYPE');
    await isUp();
    await link.run('mend', [inTheWay], []);
    await limits.reserve(scopes, { asked: 0, charged: 0 });
    await limits.tell(EPOCH, true);
    isReady = true;
    const uses = await limits.read(scopes);
    expect(uses.map(({ used }) => used)).toEqual([4, 4, 4, 4]);
    await link.close();
  });
});

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

function scopeOf(id: string, limits: Partial<LimitScope['limits']>): LimitScope {
  const counter = `user:${id}`;
  const common = { scope: 'user', id, projectId: 'default', api: null, shadow: false } as const;
  return { ...common, counter, name: `default:${counter}`, limits: limits as LimitScope['limits'] };
}
