import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../server/src/simulator/server.ts';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { type OwnRedis, startRedis } from '../support/redis.ts';
import { startReplicas } from '../support/replicas.ts';
import type { ApiReply, RunningWeir } from '../support/weir.ts';

requires('postgres')('with PostgreSQL', () => {
  requires('redis')('two replicas that share Redis', () => {
    let postgres: Postgres;
    let redis: OwnRedis;
    let simulator: Simulator;
    let pair: Awaited<ReturnType<typeof startReplicas>>;

    beforeAll(async () => {
      [postgres, redis, simulator] = await Promise.all([
        startPostgres(),
        startRedis(),
        startSimulator({ latency: { firstTokenMs: 0, interTokenMs: 0 } }),
      ]);
      const config = {
        providers: { openai: { api_key: 'sk-first', base_url: `${simulator.url}/v1` } },
        prices: { 'openai/priced': { input: 1, output: 2 } },
        redis: { url: redis.url },
        retry: { max_attempts: 0 },
      };
      pair = await startReplicas(postgres, { count: 2, config: JSON.stringify(config) });
      await areShared();
    }, 60_000);
    afterAll(async () => {
      await pair.stop();
      await redis.close();
      await simulator.close();
      await postgres.remove();
    });

    const weir = (at: number) => pair.replicas[at % 2] as RunningWeir;
    const body = (user: string) => ({
      model: 'openai/priced',
      max_tokens: 100,
      user,
      messages: [{ role: 'user', content: 'Say "the weir holds".' }],
    });
    const chat = (at: number, of: { key: string; user: string }): Promise<ApiReply> =>
      weir(at).api('POST /v1/chat/completions', body(of.user), { authorization: `Bearer ${of.key}` });

    async function areShared(): Promise<void> {
      for (const replica of pair.replicas) {
        const redisOf = async () => (await replica.api('GET /healthz')).json.components.redis;
        await vi.waitFor(async () => expect(await redisOf()).toBe('healthy'), { timeout: 15_000, interval: 50 });
      }
    }

    async function keyOnBoth(more: object = {}): Promise<string> {
      const key = await weir(0).key({ ...more });
      const asked = () => weir(1).api('GET /api/v1/limits', undefined, { authorization: `Bearer ${key}` });
      await vi.waitFor(async () => expect((await asked()).status).toBe(200), { timeout: 5000 });
      return key;
    }

    async function budgetOnBoth(id: string, usd: number): Promise<void> {
      await weir(0).api('PUT /api/v1/budgets', { scope: 'user', id, usd, period: 'total' });
      await vi.waitFor(async () => expect(await budget(1, id)).toBeDefined(), { timeout: 5000 });
    }

    async function budget(at: number, id: string) {
      return (await weir(at).api(`GET /api/v1/budgets?scope=user&id=${id}`)).json.data[0];
    }

    it('lets exactly the number of a limit pass, whoever is asked', async () => {
      const key = await keyOnBoth({ limits: { requests_per_minute: 25 } });
      const replies = await Promise.all(Array.from({ length: 80 }, (_, at) => chat(at, { key, user: 'limited' })));
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(25);
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 429]));
    });

    it('F48: lets exactly the affordable ones of two hundred at once pass', async () => {
      const worstUsd = (Buffer.byteLength(JSON.stringify(body('crowd'))) * 1 + 100 * 2) / 1e6;
      await budgetOnBoth('crowd', Number((7 * worstUsd + 0.00001).toFixed(9)));
      const key = await keyOnBoth();
      simulator.faults.add({
        match: { model: 'priced' },
        fault: { kind: 'delay_before_headers', ms: 3000 },
        times: 7,
      });
      const replies = await Promise.all(Array.from({ length: 200 }, (_, at) => chat(at, { key, user: 'crowd' })));
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(7);
      for (const { status, json } of replies.filter((reply) => reply.status !== 200)) {
        expect(status).toBe(402);
        const { limit, used, reserved_usd } = json.error.details;
        expect(used + reserved_usd).toBeLessThanOrEqual(limit + 1e-12);
      }
      const spent = replies.reduce((sum, { headers }) => sum + Number(headers.get('x-weir-cost-usd') ?? 0), 0);
      for (const at of [0, 1]) {
        expect(await budget(at, 'crowd')).toMatchObject({ settled_usd: expect.closeTo(spent, 9), reserved_usd: 0 });
      }
    }, 30_000);

    describe('while Redis is away', () => {
      const LIMIT = 20;
      const many = (count: number, of: { key: string; user: string }, at?: number) =>
        Promise.all(Array.from({ length: count }, (_, index) => chat(at ?? index, of)));
      const passed = (replies: readonly ApiReply[]) => replies.filter(({ status }) => status === 200).length;

      async function areAway(): Promise<void> {
        for (const replica of pair.replicas) {
          const mode = async () => (await replica.api('GET /metrics')).text;
          await vi.waitFor(async () => expect(await mode()).toMatch(/^weir_shared_state_mode 2$/m), { timeout: 5000 });
        }
      }

      async function usedOn(at: number, key: string): Promise<number> {
        const { json } = await weir(at).api('GET /api/v1/limits', undefined, { authorization: `Bearer ${key}` });
        const own = json.data.filter(({ name }: { name: string }) => name === 'requests_per_minute');
        return own.find(({ limit }: { limit: number }) => limit === LIMIT).used;
      }

      const AWAY: [string, () => Promise<void>, () => Promise<void>][] = [
        ['killed and comes back empty', () => redis.kill(), () => redis.start()],
        ['silent for a while and keeps its data', async () => redis.pause(), async () => redis.resume()],
      ];
      describe.each(AWAY)('%s', (_, leave, comeBack) => {
        it('each replica gives away its part of a limit, and afterwards both count what was really used', async () => {
          const [fresh, used, late] = [0, 1, 2].map(() => keyOnBoth({ limits: { requests_per_minute: LIMIT } }));
          const keys = { fresh: await fresh, used: await used, late: await late } as Record<string, string>;
          const of = (name: string) => ({ key: keys[name] as string, user: 'away' });
          expect(passed(await many(LIMIT, of('used'), 0))).toBe(LIMIT);
          // Some are on their way when it happens.
          const underWay = many(LIMIT, of('late'));
          await leave();
          const counts = { fresh: 0, used: LIMIT, late: passed(await underWay) };
          await areAway();
          counts.fresh += passed(await many(2 * LIMIT, of('fresh')));
          expect(counts.fresh).toBe(LIMIT);
          // The first replica knows that it gave away everything, the second only what it gave away itself.
          expect(passed(await many(LIMIT, of('used'), 0))).toBe(0);
          counts.used += passed(await many(LIMIT, of('used'), 1));
          expect(counts.used).toBe(LIMIT + LIMIT / 2);
          counts.late += passed(await many(LIMIT, of('late')));
          await comeBack();
          const from = performance.now();
          await areShared();
          for (const [name, count] of Object.entries(counts)) {
            const seen = () => Promise.all([usedOn(0, keys[name] as string), usedOn(1, keys[name] as string)]);
            await vi.waitFor(async () => expect([name, await seen()]).toEqual([name, [count, count]]), {
              timeout: 5000,
            });
          }
          expect(performance.now() - from).toBeLessThan(5000);
          expect(passed(await many(LIMIT, of('used')))).toBe(0);
        }, 60_000);
      });
    });

    describe('when Redis is killed and comes back empty', () => {
      it('money is exact again within five seconds of both being back', async () => {
        await budgetOnBoth('restarted', 1);
        const key = await keyOnBoth();
        const before = await Promise.all(Array.from({ length: 20 }, (_, at) => chat(at, { key, user: 'restarted' })));
        await redis.kill();
        const away = await chat(0, { key, user: 'restarted' });
        expect(away.status).toBe(503);
        expect((await chat(1, { key, user: 'nobody' })).status).toBe(200);
        await redis.start();
        const from = performance.now();
        await areShared();
        expect(performance.now() - from).toBeLessThan(5000);
        const after = await Promise.all(Array.from({ length: 10 }, (_, at) => chat(at, { key, user: 'restarted' })));
        const spent = [...before, ...after].reduce(
          (sum, reply) => sum + Number(reply.headers.get('x-weir-cost-usd')),
          0,
        );
        for (const at of [0, 1]) {
          expect(await budget(at, 'restarted')).toMatchObject({
            settled_usd: expect.closeTo(spent, 9),
            reserved_usd: 0,
          });
        }
      }, 30_000);
    });
  });
});
