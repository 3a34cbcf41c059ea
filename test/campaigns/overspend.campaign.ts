import type { Clock } from '../../server/src/ports/clock.ts';
import type { SharedState } from '../../server/src/ports/shared-state.ts';
import { MemoryOwnLimits } from '../../server/src/shared-state/memory/own-limits.ts';
import { memorySharedState } from '../../server/src/shared-state/memory/shared-state.ts';
import { redisSharedState } from '../../server/src/shared-state/redis/shared-state.ts';
import { pause } from '../../server/src/simulator/pacing.ts';
import { serveSharedState } from '../../server/src/workers/serve-shared-state.ts';
import { remoteSharedState } from '../../server/src/workers/shared-state.ts';
import { Verdict } from '../chaos/support/load.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { findProgram } from '../support/find-program.ts';
import { linked } from '../support/linked.ts';
import { type OwnRedis, startRedis } from '../support/redis.ts';
import { type Campaign, seeded } from './campaign.ts';
import { drawHistory, type History, play } from './overspend/history.ts';
import { judge } from './overspend/judge.ts';
import { Replica } from './overspend/replica.ts';
import { Database, ReplicaLedger } from './overspend/shared-ledger.ts';
import { Upstream } from './overspend/upstream.ts';

const NEVER = new AbortController().signal;

const overspend: Campaign = {
  name: 'overspend',
  describe:
    'concurrent calls under random limits and budgets, on one process, on two replicas with Redis, and through a restart of Redis: nothing over, nothing left held',
  n: 1000,
  async run({ n, seed, workers = 1 }) {
    const verdict = new Verdict();
    const random = seeded(seed);
    if (workers > 1) {
      await onThreads(verdict, { n, random, workers });
      verdict.figure(`histories on ${workers} worker threads`, n);
      return verdict.result(n);
    }
    const redis = findProgram('redis') === undefined ? undefined : await startRedis();
    try {
      const shared = redis === undefined ? 0 : Math.floor(n / 2);
      const restarts = Math.min(shared, Math.ceil(shared / 25));
      await onOne(verdict, { n: n - shared, random });
      if (redis !== undefined) {
        await onTwo(verdict, { n: shared - restarts, random, redis });
        for (let at = 0; at < restarts; at++) await throughRestart(verdict, { name: `restart${at}`, random, redis });
      }
      verdict.figure('histories on one process', n - shared);
      verdict.figure('histories on two replicas with Redis', redis === undefined ? 'none: Redis is not here' : shared);
      verdict.figure('of them through a restart of Redis', restarts);
      return verdict.result(n);
    } finally {
      await redis?.close();
    }
  },
};

export default overspend;

async function onOne(verdict: Verdict, of: { n: number; random: () => number }): Promise<void> {
  const clock = new MovedClock();
  for (let at = 0; at < of.n; at++) {
    const history = drawHistory(of.random, { name: `one${at}`, replicas: 1 });
    const database = new Database();
    const upstream = new Upstream(of.random);
    const state = memorySharedState({ clock });
    const replicas = [new Replica({ state, database, clock, rules: history.rules, upstream })];
    const calls = await play(history, replicas, clock);
    // Some time later the same callers come again: windows slide, days may end.
    clock.move(of.random() * 90_000);
    calls.push(...(await play(history, replicas, clock)));
    await judge(verdict, { history, calls, replicas, database, wasAway: false });
    count(verdict, calls);
  }
}

/** Threads of one process: the first counts, the others ask it over the line that threads have between them. */
async function onThreads(verdict: Verdict, of: { n: number; random: () => number; workers: number }): Promise<void> {
  const clock = new MovedClock();
  for (let at = 0; at < of.n; at++) {
    const history = drawHistory(of.random, { name: `threads${at}`, replicas: of.workers });
    const database = new Database();
    const upstream = new Upstream(of.random);
    const own = memorySharedState({ clock });
    const ends = Array.from({ length: of.workers - 1 }, () => linked({ ...serveSharedState(own) }));
    const states = [own, ...ends.map(({ link }) => remoteSharedState(link))];
    const ledger = new ReplicaLedger(database);
    const replicas = states.map(
      (state) => new Replica({ state, database, clock, rules: history.rules, upstream, ledger }),
    );
    const calls = await play(history, replicas, clock);
    clock.move(of.random() * 90_000);
    calls.push(...(await play(history, replicas, clock)));
    for (const state of states) await state.limits.read([]);
    await judge(verdict, { history, calls, replicas, database, wasAway: false });
    count(verdict, calls);
    for (const end of ends) end.close();
  }
}

async function onTwo(verdict: Verdict, of: { n: number; random: () => number; redis: OwnRedis }): Promise<void> {
  const pair = new Pair(of.redis, new Database());
  try {
    await pair.ready();
    for (let at = 0; at < of.n; at++) {
      const history = drawHistory(of.random, { name: `two${at}`, replicas: 2 });
      const replicas = pair.replicas(history, new Upstream(of.random));
      const calls = await play(history, replicas, pair.clock);
      await pair.quiet();
      await judge(verdict, { history, calls, replicas, database: pair.database, wasAway: false });
      count(verdict, calls);
    }
  } finally {
    await pair.close();
  }
}

/** Redis is killed in the middle and comes back empty. */
async function throughRestart(
  verdict: Verdict,
  of: { name: string; random: () => number; redis: OwnRedis },
): Promise<void> {
  const pair = new Pair(of.redis, new Database());
  try {
    await pair.ready();
    const history = drawHistory(of.random, { name: of.name, replicas: 2 });
    const replicas = pair.replicas(history, new Upstream(of.random));
    const before = await play(history, replicas, pair.clock);
    const during = play(history, replicas, pair.clock);
    await of.redis.kill();
    const away = play(history, replicas, pair.clock);
    await pause(20, NEVER);
    await of.redis.start();
    const calls = [...before, ...(await during), ...(await away)];
    const backMs = await pair.ready();
    verdict.must(backMs < 5000, `${of.name}: counters were right only after ${backMs} ms`);
    calls.push(...(await play(history, replicas, pair.clock)));
    await pair.quiet();
    await judge(verdict, { history, calls, replicas, database: pair.database, wasAway: true });
    count(verdict, calls);
  } finally {
    await pair.close();
  }
}

/** Two replicas' counters on one Redis. */
class Pair {
  readonly clock: Clock = systemClock;
  readonly database: Database;
  readonly #states: readonly SharedState[];
  #ledgers: Replica[] = [];

  constructor(redis: OwnRedis, database: Database) {
    this.database = database;
    const run = Math.floor(performance.now() * 1000).toString(36);
    const names = [`a${run}`, `b${run}`];
    const ledgers = () => this.#ledgers;
    this.#states = names.map((id) =>
      redisSharedState({
        url: redis.url,
        clock: systemClock,
        timeoutMs: 2000,
        roll: { id, count: () => names.length, names: async () => names },
        own: new MemoryOwnLimits({ clock: systemClock, share: () => 1 / names.length }),
        async flushLedger() {
          for (const { ledger } of ledgers()) ledger.ship();
        },
      }),
    );
  }

  replicas(history: History, upstream: Upstream): Replica[] {
    const { clock, database } = this;
    const made = this.#states.map((state) => new Replica({ state, database, clock, rules: history.rules, upstream }));
    this.#ledgers = made;
    return made;
  }

  /** Resolves when both trust Redis; gives the milliseconds that took. */
  async ready(): Promise<number> {
    const from = performance.now();
    while (this.#states.some((state) => state.mode() !== 'shared') && performance.now() - from < 20_000)
      await pause(2, NEVER);
    return performance.now() - from;
  }

  /** What was sent without waiting has arrived when a later question is answered. */
  async quiet(): Promise<void> {
    for (const state of this.#states) await state.limits.read([]);
  }

  async close(): Promise<void> {
    for (const state of this.#states) await state.close();
  }
}

/** The machine's time, moved on by hand. */
class MovedClock implements Clock {
  #moved = 0;

  now(): number {
    return systemClock.now() + this.#moved;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.#moved;
  }

  after(delayMs: number, run: () => void): () => void {
    return systemClock.after(delayMs, run);
  }

  move(milliseconds: number): void {
    this.#moved += milliseconds;
  }
}

const endings = new WeakMap<Verdict, Map<string, number>>();

/** A campaign in which nothing passes, or nothing is refused, would prove nothing. */
function count(verdict: Verdict, calls: readonly { record: { error_code: string | null } | undefined }[]): void {
  const sums = endings.get(verdict) ?? new Map<string, number>();
  endings.set(verdict, sums);
  for (const { record } of calls) {
    const ending = record?.error_code ?? 'success';
    sums.set(ending, (sums.get(ending) ?? 0) + 1);
  }
  verdict.figures[0] = `calls: ${[...sums].map(([ending, number]) => `${number} ${ending}`).join(', ')}`;
}
