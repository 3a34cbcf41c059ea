import type { FastifyInstance } from 'fastify';
import type { BudgetRefusals } from '../../features/budgets/budget-refusals.ts';
import type { Health } from '../../features/health/health.ts';
import type { StoredReply } from '../../features/idempotency/idempotent-replies.ts';
import type { TargetStatus } from '../../gateway/routing/target-health.ts';
import type { Idempotency } from '../../http/idempotent-reply.ts';
import type { RouteSpec } from '../../http/route.ts';
import { healthRoutes } from '../../http/routes/health/health-routes.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { AlertSink } from '../../ports/alerts.ts';
import type { LiveEvents } from '../../ports/live.ts';
import { onlyReplica as rollOfOne } from '../../ports/replica-roll.ts';
import { onlyReplica } from '../../ports/replicas.ts';
import type { CachedReply, ReplyCache, ReplyKey } from '../../ports/reply-cache.ts';
import type { SemanticIndex } from '../../ports/semantic-index.ts';
import type { SharedState } from '../../ports/shared-state.ts';
import type { CallCounts } from '../../workers/call-counts.ts';
import type { RemoteChanges } from '../../workers/changes.ts';
import { remoteLedger } from '../../workers/ledger.ts';
import type { Link } from '../../workers/link.ts';
import { remoteSharedState } from '../../workers/shared-state.ts';
import { remoteStorage } from '../../workers/storage.ts';
import type { CacheBackends, Caching } from '../caching/caching.ts';
import type { Databases } from '../databases/databases.ts';
import type { AlertOutlet } from '../observing/alerts.ts';
import { type Observability, watchRejected } from '../observing/observability.ts';
import { forwardRoutes } from './forward-routes.ts';

/** What a worker thread has from the main thread in place of backends of its own. */
export interface ThreadBackends {
  readonly databases: Databases;
  readonly state: SharedState;
  readonly idempotency: Idempotency;
  readonly alerts: AlertOutlet;
  readonly cache: CacheBackends;
  readonly countCache: Caching['services']['count'];
  /** A budget refused a call. */
  readonly noteRefusal: BudgetRefusals['note'];
  readonly observed: Observability;
  readonly counts: CallCounts;
  /** What happens in the whole process. */
  readonly live: LiveEvents;
  /** What this thread knows of targets, for the health report. */
  tellReadings(readings: readonly TargetStatus[]): void;
  /** The port to share. */
  readonly port: number;
  /** The table with everything that only the main thread answers sent there. */
  routes(all: readonly RouteSpec[]): RouteSpec[];
}

export function threadBackends(of: {
  link: Link;
  changes: RemoteChanges;
  counts: CallCounts;
  port: number;
  isShared: boolean;
}): ThreadBackends {
  const { link, changes, counts, port, isShared } = of;
  return {
    databases: {
      storage: remoteStorage(link),
      ledger: {
        ...remoteLedger(link),
        recovered: Promise.resolve({ segments: 0, lines: 0, damagedLines: 0, settledCalls: 0 }),
      },
      replicas: onlyReplica,
      roll: rollOfOne('thread'),
      changes,
      home: '',
      isShared,
      close: async () => {},
    },
    state: remoteSharedState(link),
    idempotency: remoteIdempotency(link),
    alerts: { ...remoteAlerts(link), counts: () => [], close: () => {} },
    cache: { replies: remoteReplies(link), index: remoteIndex(link) },
    countCache: (event, call) =>
      link.tell('cache', 'count', [event, { projectId: call.caller.projectId, savedNanoUsd: call.savedNanoUsd }]),
    noteRefusal: (...args) => link.tell('observed', 'noteRefusal', args),
    observed: remoteObservability(link),
    counts,
    live: link.remote<LiveEvents>('live'),
    tellReadings: (readings) => link.tell('health', 'readings', [readings]),
    port,
    routes: (all) => forwardRoutes(all, link),
  };
}

function remoteAlerts(link: Link): AlertSink {
  return { send: (alert) => link.tell('alerts', 'send', [alert]) };
}

/** Never asked: requests for health go to the main thread. */
const ASKED_THERE: Health = {
  report: () => Promise.reject(new WeirError('bug')),
  readiness: () => Promise.reject(new WeirError('bug')),
};

/** The main thread writes the log line, counts and looks for trouble, for the calls of all threads. */
function remoteObservability(link: Link): Observability {
  const tell =
    (method: string) =>
    (...args: unknown[]) =>
      link.tell('observed', method, args);
  const rejected: Observability['rejected'] = (code, request) => link.tell('observed', 'rejected', [code, request]);
  return {
    observers: [(record) => link.tell('observed', 'observe', [record])],
    recordObservers: [],
    guards: {
      checked: tell('guardChecked'),
      found: tell('guardFound'),
      blocked: tell('guardBlocked'),
      unscanned: tell('guardUnscanned'),
    },
    bounds: {
      limitRefused: tell('limitRefused'),
      budgetRefused: tell('budgetRefused'),
      budgetAlerted: tell('budgetAlerted'),
    },
    routes: healthRoutes({ health: ASKED_THERE, metrics: () => '', metricsContentType: '', isLoopback: true }),
    watch: (app: FastifyInstance, routes) => watchRejected(app, routes, rejected),
    rejected,
    refused: (error, requestId) =>
      link.tell('observed', 'refused', [{ code: error.code, status: error.status }, requestId]),
    lookForTrouble: () => {},
    close: async () => {},
  };
}

function remoteIdempotency(link: Link): Idempotency {
  const { begin, finish, abandon } = link.remote<Idempotency>('idempotentReplies');
  return {
    async begin(request) {
      const beginning = await begin(request);
      if (beginning.kind === 'new') return beginning;
      return { kind: 'replay', reply: { ...beginning.reply, body: bytes(beginning.reply.body) } };
    },
    finish: (ticket, reply: StoredReply) => finish(ticket, reply),
    abandon,
  };
}

function remoteReplies(link: Link): ReplyCache {
  const replies = link.remote<ReplyCache>('replies');
  return {
    isUp: () => true,
    // What cannot be read is a miss.
    get: (key: ReplyKey) => replies.get(key).then(withBytes, () => undefined),
    put: (key, reply, ttlMs) => link.tell('replies', 'put', [key, reply, ttlMs]),
    purge: replies.purge,
    state: () => ({ backend: 'memory', isUp: true, entries: undefined, bytes: undefined, failures: 0 }),
    close: async () => {},
  };
}

function withBytes(reply: CachedReply | undefined): CachedReply | undefined {
  return reply === undefined ? undefined : { ...reply, body: bytes(reply.body) };
}

function remoteIndex(link: Link): SemanticIndex {
  const index = link.remote<SemanticIndex>('index');
  return {
    similar: (partition, vector, threshold) => index.similar(partition, vector, threshold).catch(() => []),
    add: (partition, entry, ttlMs) => link.tell('index', 'add', [partition, entry, ttlMs]),
    purge: index.purge,
    entries: () => undefined,
  };
}

/** Buffers arrive as plain byte arrays. */
function bytes(copied: Uint8Array): Buffer {
  return Buffer.from(copied.buffer, copied.byteOffset, copied.byteLength);
}
