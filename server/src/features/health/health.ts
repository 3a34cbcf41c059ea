import type { Clock } from '../../ports/clock.ts';
import type { LedgerState } from '../../ports/ledger.ts';
import type { SharedStateMode } from '../../ports/shared-state.ts';
import { CachedCheck } from './cached-check.ts';
import type { HealthReport, HealthStatus, ProviderHealth, ServingThreads } from './health-report.ts';
import { type Probe, ProviderWatch, type TargetReading, type WatchedProvider } from './provider-health.ts';

export interface HealthServices {
  readonly clock: Clock;
  /** Resolves when the database answers a trivial question. */
  readonly pingDatabase: () => Promise<unknown>;
  /** Calls go on while the database does not answer: keys are in memory and records wait on the disk. Absent: they do not. */
  readonly servesWithoutDatabase?: () => boolean;
  readonly ledgerState: () => LedgerState;
  readonly providers: () => readonly WatchedProvider[];
  readonly targets: () => readonly TargetReading[];
  readonly probe: Probe;
  /** Delays of the event loop in the last window, in milliseconds. */
  readonly eventLoopLag: () => { readonly meanMs: number; readonly maxMs: number };
  readonly isDraining: () => boolean;
  /** How limits and budgets are counted; absent: in this process, so no Redis is configured. */
  readonly sharedState?: () => SharedStateMode;
  /** Absent: one thread serves. */
  readonly threads?: () => ServingThreads;
}

export interface Readiness {
  readonly ready: boolean;
  /** Absent when ready. */
  readonly reason?: 'draining' | 'storage';
}

export interface Health {
  /** Never waits longer than about a second, whatever is broken. */
  report(): Promise<HealthReport>;
  /** May new calls be sent here? */
  readiness(): Promise<Readiness>;
}

/** Without Redis calls go on, limits by this replica's part; that is less than what was asked for. */
const REDIS_STATUS = { local: 'disabled', shared: 'healthy', share: 'unhealthy' } as const;
const DATABASE_KEPT_MS = 1000;
const DATABASE_WAIT_MS = 1000;
const SLOW_LOOP_MS = 200;
/** One stall as long as this stops every call that runs. */
const STALLED_LOOP_MS = 900;
const SLOW_LEDGER_MS = 60_000;

export function createHealth(services: HealthServices): Health {
  const { clock } = services;
  const watch = new ProviderWatch(services.probe, clock);
  const database = new CachedCheck(services.pingDatabase, {
    keepMs: DATABASE_KEPT_MS,
    waitMs: DATABASE_WAIT_MS,
    clock,
  });
  const isServing = () => services.servesWithoutDatabase?.() === true;
  const databaseStatus = async (): Promise<HealthStatus> =>
    (await database.read()).kind === 'passed' ? 'healthy' : 'unhealthy';

  return {
    async report() {
      const [databaseHealth, providers] = await Promise.all([databaseStatus(), providerReports(services, watch)]);
      const workers = workerStatus(services);
      const redis = REDIS_STATUS[services.sharedState?.() ?? 'local'];
      return {
        status: overall({ database: databaseHealth, isServing: isServing(), redis, workers, providers }),
        components: { database: databaseHealth, redis, workers, llm_providers: providers },
        ...(services.threads === undefined ? {} : { worker_threads: services.threads() }),
      };
    },
    async readiness() {
      if (services.isDraining()) return { ready: false, reason: 'draining' };
      if ((await databaseStatus()) === 'healthy' || isServing()) return { ready: true };
      return { ready: false, reason: 'storage' };
    },
  };
}

async function providerReports(
  services: HealthServices,
  watch: ProviderWatch,
): Promise<Record<string, ProviderHealth>> {
  const targets = services.targets();
  const reports = services.providers().map(async (provider): Promise<[string, ProviderHealth]> => {
    const own = targets.filter((target) => target.provider === provider.name);
    return [provider.name, await watch.health(provider, own)];
  });
  return Object.fromEntries(await Promise.all(reports));
}

/** The event loop serves calls, the shipper's thread moves records to the database: either may fall behind. */
function workerStatus(services: HealthServices): HealthStatus {
  const { healthy, lagMs } = services.ledgerState();
  const { meanMs, maxMs } = services.eventLoopLag();
  const threads = services.threads?.();
  const isShort = threads !== undefined && threads.serving < threads.configured;
  const isSlow = meanMs > SLOW_LOOP_MS || maxMs > STALLED_LOOP_MS || lagMs > SLOW_LEDGER_MS;
  return healthy && !isSlow && !isShort ? 'healthy' : 'degraded';
}

/** Without a database and what stands in for it Weir serves nothing; without a provider it still answers, less well. */
function overall(of: {
  database: HealthStatus;
  isServing: boolean;
  redis: HealthStatus;
  workers: HealthStatus;
  providers: Readonly<Record<string, ProviderHealth>>;
}): HealthReport['status'] {
  if (of.database === 'unhealthy' && !of.isServing) return 'unhealthy';
  const all = [of.database, of.redis, of.workers, ...Object.values(of.providers).map((provider) => provider.status)];
  return all.some((status) => status === 'unhealthy' || status === 'degraded') ? 'degraded' : 'healthy';
}
