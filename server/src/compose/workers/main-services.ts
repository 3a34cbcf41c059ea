import type { FastifyInstance } from 'fastify';
import type { BudgetRefusals } from '../../features/budgets/budget-refusals.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { AlertSink } from '../../ports/alerts.ts';
import type { LiveEvents } from '../../ports/live.ts';
import type { CachedReply, ReplyKey } from '../../ports/reply-cache.ts';
import type { Storage } from '../../ports/storage.ts';
import type { Services } from '../../workers/link.ts';
import { serveStorage } from '../../workers/storage.ts';
import type { Caching } from '../caching/caching.ts';
import type { Log, Observability, RejectedCall } from '../observing/observability.ts';
import type { Stores } from '../stores.ts';
import { answerForwarded } from './forward-routes.ts';

/** What the main thread does for all threads. */
export function mainServices(of: {
  storage: Storage;
  stores: Stores;
  alerts: AlertSink;
  caching: Caching;
  observed: Observability;
  refusals: BudgetRefusals;
  live: LiveEvents;
  log: Log;
  app: () => FastifyInstance;
}): Services {
  const { stores, alerts, caching, observed, refusals, live, log } = of;
  const { bounds, guards } = observed;
  const { idempotency } = stores;
  const { replies, index } = caching;
  return {
    ...serveStorage(of.storage),
    idempotentReplies: {
      begin: idempotency.begin.bind(idempotency),
      finish: idempotency.finish.bind(idempotency),
      abandon: idempotency.abandon.bind(idempotency),
    },
    alerts,
    replies: {
      get: (key: ReplyKey) => replies.get(key),
      put: (key: ReplyKey, reply: CachedReply, ttlMs: number) =>
        replies.put(key, { ...reply, body: Buffer.from(reply.body) }, ttlMs),
      purge: (projectId: string) => replies.purge(projectId),
    },
    index,
    cache: { count: caching.counters.count.bind(caching.counters) },
    observed: {
      observe(record: UsageRecord) {
        for (const observe of observed.recordObservers) observe(record);
      },
      rejected: (code: ErrorCode, request: RejectedCall) => observed.rejected(code, request),
      refused: (error: { code: ErrorCode; status: number }, requestId: string) => observed.refused(error, requestId),
      limitRefused: bounds.limitRefused.bind(bounds),
      budgetRefused: bounds.budgetRefused.bind(bounds),
      budgetAlerted: bounds.budgetAlerted.bind(bounds),
      guardChecked: guards.checked.bind(guards),
      guardFound: guards.found.bind(guards),
      guardBlocked: guards.blocked.bind(guards),
      guardUnscanned: guards.unscanned.bind(guards),
      noteRefusal: refusals.note.bind(refusals),
    },
    live: {
      epoch: () => live.epoch(),
      latest: () => live.latest(),
      after: (asked: Parameters<LiveEvents['after']>[0]) => live.after(asked),
    },
    log: { write: (text: string) => void log.destination.write(text) },
    forward: answerForwarded(of.app),
  };
}
