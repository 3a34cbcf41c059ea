import type { Clock } from '../../server/src/ports/clock.ts';
import { memorySharedState } from '../../server/src/shared-state/memory/shared-state.ts';
import { pause } from '../../server/src/simulator/pacing.ts';
import { inParallel, Verdict } from '../chaos/support/load.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { findProgram } from '../support/find-program.ts';
import type { OwnRedis } from '../support/redis.ts';
import { type Campaign, seeded } from './campaign.ts';
import { drawHistory, play } from './overspend/history.ts';
import { judge } from './overspend/judge.ts';
import { Replica } from './overspend/replica.ts';
import { judgeServed } from './overspend/servers/judge.ts';
import { play as playServed, prepare, type Seen } from './overspend/servers/play.ts';
import { outagesOf, processStand, replicaStand, type Stand, shareCounters } from './overspend/servers/stand.ts';
import { Database } from './overspend/shared-ledger.ts';
import { Upstream } from './overspend/upstream.ts';

const NEVER = new AbortController().signal;
/** Histories that are played on a stand at the same time; they share nothing but the servers. */
const AT_ONCE = 8;
/** One in so many on replicas has Redis killed in its middle. */
const RESTART_EVERY = 20;
const BACK_WITHIN_MS = 5000;

const overspend: Campaign = {
  name: 'overspend',
  describe:
    'concurrent calls under random limits and budgets, on one process, on --workers 2, and on two replicas with Redis and PostgreSQL, through restarts of Redis: nothing over, nothing left held, and counters that say what the ledger says',
  n: 1000,
  async run({ n, seed, workers = 2 }) {
    const played = new Played();
    const random = seeded(seed);
    const hasReplicas = findProgram('redis') !== undefined && findProgram('postgres') !== undefined;
    const replicated = hasReplicas ? Math.floor(n / 3) : 0;
    const threaded = Math.floor((n - replicated) / 2);
    const single = n - replicated - threaded;
    const moved = Math.ceil(single / 2);
    await throughTime(played, { n: moved, random });
    await onStand(played, { n: single - moved, random, name: 'one', open: () => processStand({ random, workers: 1 }) });
    await onStand(played, { n: threaded, random, name: 'threads', open: () => processStand({ random, workers }) });
    await onStand(played, { n: replicated, random, name: 'two', open: () => replicaStand({ random, workers }) });
    played.verdict.figure('histories on one process, with time moved on', moved);
    played.verdict.figure('histories on weir serve', single - moved);
    played.verdict.figure(`histories on weir serve --workers ${workers}`, threaded);
    played.verdict.figure(
      `histories on two replicas with Redis and PostgreSQL, the second with ${workers} threads`,
      hasReplicas ? replicated : 'none: Redis or PostgreSQL is not here',
    );
    return played.result(n);
  },
};

export default overspend;

/** The pipeline in this process, so that minutes and days can pass between the calls of a history. */
async function throughTime(played: Played, of: { n: number; random: () => number }): Promise<void> {
  const clock = new MovedClock();
  for (let at = 0; at < of.n; at++) {
    const history = drawHistory(of.random, { name: `moved${at}`, replicas: 1 });
    const database = new Database();
    const upstream = new Upstream(of.random);
    const state = memorySharedState({ clock });
    const replica = new Replica({ state, database, clock, rules: history.rules, upstream });
    const calls = await play(history, [replica], clock);
    // Some time later the same callers come again: windows slide, days may end.
    clock.move(of.random() * 90_000);
    calls.push(...(await play(history, [replica], clock)));
    await played.judged((verdict) => judge(verdict, { history, calls, replicas: [replica], database }));
    played.count(calls.map(({ record }) => record?.error_code ?? 'success'));
  }
}

/** Servers as they are started, over the network. */
async function onStand(
  played: Played,
  of: { n: number; random: () => number; name: string; open: () => Promise<Stand> },
): Promise<void> {
  if (of.n === 0) return;
  const histories = Array.from({ length: of.n }, (_, at) =>
    drawHistory(of.random, { name: `${of.name}${at}`, replicas: 2 }),
  );
  const stand = await of.open();
  const { redis } = stand;
  try {
    const restarts = redis === undefined ? 0 : Math.ceil(of.n / RESTART_EVERY);
    await inParallel(of.n - restarts, AT_ONCE, async (at) => {
      const prepared = await prepare(stand, histories[at] as (typeof histories)[number]);
      const outages = outagesOf(stand);
      if (redis !== undefined) await shareCounters(stand, BACK_WITHIN_MS);
      const seen = [...(await playServed(stand, prepared)), ...(await playServed(stand, prepared))];
      // A machine that is too busy to answer in time is an outage too.
      const wasAway = outagesOf(stand) > outages;
      const rows = await played.judged((verdict) => judgeServed(verdict, { stand, prepared, seen, wasAway }));
      played.countSeen(seen, rows);
    });
    for (const history of histories.slice(of.n - restarts)) {
      const prepared = await prepare(stand, history);
      const { seen, rows } = await played.judged(async (verdict) => {
        const all = await throughRestart(verdict, { stand, redis: redis as OwnRedis, prepared });
        return { seen: all, rows: await judgeServed(verdict, { stand, prepared, seen: all, wasAway: true }) };
      });
      played.countSeen(seen, rows);
    }
    if (redis === undefined) return;
    played.verdict.figure('histories through a restart of Redis', restarts);
    const planned = restarts * stand.servers.length;
    played.verdict.figure('times that a server lost Redis by that', planned);
    played.verdict.figure(
      'times that a server lost Redis because it had no answer in time',
      outagesOf(stand) - planned,
    );
  } finally {
    await stand.close();
  }
}

/** Redis is killed in the middle and comes back empty. */
async function throughRestart(
  verdict: Verdict,
  of: { stand: Stand; redis: OwnRedis; prepared: Awaited<ReturnType<typeof prepare>> },
): Promise<Seen[]> {
  const { stand, redis, prepared } = of;
  const before = await playServed(stand, prepared);
  const during = playServed(stand, prepared);
  await pause(5, NEVER);
  await redis.kill();
  const away = playServed(stand, prepared);
  await pause(20, NEVER);
  await redis.start();
  const seen = [...before, ...(await during), ...(await away)];
  const backMs = await shareCounters(stand, 2 * BACK_WITHIN_MS);
  const { name } = prepared.history;
  verdict.must(backMs < BACK_WITHIN_MS, `${name}: counters were shared again only after ${backMs} ms`);
  return [...seen, ...(await playServed(stand, prepared))];
}

/** What was promised and not kept, and how calls ended: a campaign in which nothing passes, or all does, proves nothing. */
class Played {
  readonly verdict = new Verdict();
  readonly #endings = new Map<string, number>();
  #failed = 0;

  /** A history counts as one failure, however much is wrong in it. */
  async judged<Judged>(judgeHistory: (verdict: Verdict) => Promise<Judged>): Promise<Judged> {
    const verdict = new Verdict();
    const judged = await judgeHistory(verdict);
    if (verdict.failures.length > 0) this.#failed++;
    this.verdict.failures.push(...verdict.failures);
    return judged;
  }

  count(endings: readonly string[]): void {
    for (const ending of endings) this.#endings.set(ending, (this.#endings.get(ending) ?? 0) + 1);
  }

  countSeen(seen: readonly Seen[], rows: readonly { error_code: string | null }[]): void {
    this.count(rows.map(({ error_code }) => error_code ?? 'success'));
    const unseen = seen.length - rows.length;
    this.count(Array(Math.max(0, unseen)).fill('left before it was a call'));
  }

  result(n: number) {
    const calls = [...this.#endings].map(([ending, number]) => `${number} ${ending}`);
    this.verdict.figure('calls', calls.join(', '));
    for (const ending of ['success', 'limit.rate', 'limit.budget']) {
      if ((this.#endings.get(ending) ?? 0) > 0) continue;
      this.verdict.must(false, `no call ended with ${ending}`);
      this.#failed++;
    }
    return { ...this.verdict.result(n), failed: Math.min(n, this.#failed) };
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
