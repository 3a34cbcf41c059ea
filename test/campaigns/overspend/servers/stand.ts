import { rmSync } from 'node:fs';
import { pause } from '../../../../server/src/simulator/pacing.ts';
import { startPostgres } from '../../../support/postgres.ts';
import { type OwnRedis, startRedis } from '../../../support/redis.ts';
import { startReplica } from '../../../support/replicas.ts';
import { type RunningWeir, startWeir } from '../../../support/weir.ts';
import { PRICES } from '../replica.ts';
import { ServedUpstream } from './upstream.ts';

/** Servers as operators run them, in front of one provider that is played. */
export interface Stand {
  /** All of them take any call. */
  readonly servers: readonly RunningWeir[];
  readonly upstream: ServedUpstream;
  /** What the servers share counters in; absent: each counts for itself. */
  readonly redis: OwnRedis | undefined;
  close(): Promise<void>;
}

/** How often the servers of a stand have lost Redis since they started: after a restart of it, and on a machine too busy to answer. */
export function outagesOf({ servers }: Stand): number {
  return servers.reduce((sum, server) => sum + server.log().split('"event":"redis","state":"down"').length - 1, 0);
}

/** Held for every project of these servers. */
export const PROJECT_LIMIT = 50;
const NEVER = new AbortController().signal;

/** `weir serve --workers N` with SQLite. */
export async function processStand(of: { random: () => number; workers: number }): Promise<Stand> {
  const { upstream, url } = await ServedUpstream.start(of.random);
  const weir = await startWeir({ config: configOf(url), args: ['--workers', String(of.workers)] });
  return {
    servers: [weir],
    upstream,
    redis: undefined,
    async close() {
      await weir.stop();
      await upstream.close();
      rmSync(weir.dataDir, { recursive: true, force: true });
    },
  };
}

/** Two replicas with PostgreSQL and Redis, the second with several threads. */
export async function replicaStand(of: { random: () => number; workers: number }): Promise<Stand> {
  const [{ upstream, url }, postgres, redis] = await Promise.all([
    ServedUpstream.start(of.random),
    startPostgres(),
    startRedis(),
  ]);
  const database = await postgres.database();
  const config = configOf(url, { redis: { url: redis.url } });
  const servers = await Promise.all(
    [1, of.workers].map((workers) => startReplica(database, { config, args: ['--workers', String(workers)] })),
  );
  const stand: Stand = {
    servers,
    upstream,
    redis,
    async close() {
      await Promise.all(servers.map((server) => server.stop()));
      await Promise.all([upstream.close(), redis.close(), postgres.remove()]);
      for (const { dataDir } of servers) rmSync(dataDir, { recursive: true, force: true });
    },
  };
  await shareCounters(stand, 20_000);
  return stand;
}

/** Resolves when all servers trust Redis; gives the milliseconds that took, or the limit. */
export async function shareCounters({ servers }: Stand, limitMs: number): Promise<number> {
  const from = performance.now();
  const isShared = async (server: RunningWeir) =>
    (await server.api('GET /metrics')).text.includes('\nweir_shared_state_mode 1\n');
  while (performance.now() - from < limitMs) {
    const all = await Promise.all(servers.map(isShared));
    if (all.every((shared) => shared)) return performance.now() - from;
    await pause(20, NEVER);
  }
  return limitMs;
}

function configOf(upstreamUrl: string, more: object = {}): string {
  return JSON.stringify({
    providers: { openai: { api_key: 'sk-first', base_url: `${upstreamUrl}/v1` } },
    prices: PRICES,
    retry: { base_delay_ms: 0, jitter: 'none', max_attempts: 2, budget_ratio: 10 },
    // Failures are drawn, so no target gets worse than it is.
    breaker: { consecutive_failures: 1_000_000, failure_ratio: 1 },
    budgets: { default_max_output: 50 },
    limits: { project: { requests_per_minute: PROJECT_LIMIT } },
    telemetry: { log_level: 'warn' },
    ...more,
  });
}
