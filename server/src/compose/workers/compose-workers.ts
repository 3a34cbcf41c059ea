import type { FastifyInstance } from 'fastify';
import type { Environment, LoadedConfig } from '../../config/load-config.ts';
import type { BudgetRefusals } from '../../features/budgets/budget-refusals.ts';
import type { AlertSink } from '../../ports/alerts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LiveEvents } from '../../ports/live.ts';
import type { SharedState } from '../../ports/shared-state.ts';
import { settleDeadCall } from '../../storage/ledger/settle-dead-call.ts';
import type { CallCounts } from '../../workers/call-counts.ts';
import type { Caching } from '../caching/caching.ts';
import type { Log, Observability } from '../observing/observability.ts';
import type { Stores } from '../stores.ts';
import { mainServices } from './main-services.ts';
import { WorkerThreads } from './worker-threads.ts';

/** The threads beside this one, with what this one does for them; they start when it listens. */
export function workerThreads(of: {
  loaded: LoadedConfig;
  environment: Environment;
  dataDir: string;
  clock: Clock;
  log: Log;
  count: number;
  stores: Stores;
  state: SharedState;
  refusals: BudgetRefusals;
  counts: CallCounts;
  alerts: AlertSink;
  caching: Caching;
  observed: Observability;
  live: LiveEvents;
  app: () => FastifyInstance;
}): WorkerThreads {
  const { stores, log } = of;
  return new WorkerThreads({
    ...of,
    logger: log.logger,
    ledger: stores.ledger,
    changes: stores.changes,
    isShared: stores.isShared,
    idempotency: stores.idempotency,
    settleDead: settleDeadCall,
    services: mainServices({ ...of, storage: stores.storage }),
  });
}
