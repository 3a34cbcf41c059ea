import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Environment, LoadedConfig } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import { boundedFetch } from '../egress/bounded-fetch.ts';
import { webFetch } from '../egress/web-fetch.ts';
import { authenticate } from '../features/access/authenticate.ts';
import { LiveFeed } from '../features/live/live-feed.ts';
import { LoadShed } from '../gateway/load-shed.ts';
import { errorEncoder } from '../http/error-body.ts';
import type { RouteSpec } from '../http/route.ts';
import { builtFiles } from '../http/routes/dashboard/built-files.ts';
import { dashboardRoutes } from '../http/routes/dashboard/dashboard-routes.ts';
import { guardrailRoutes } from '../http/routes/guardrails.ts';
import { LIVE_ROUTE, liveRoutes } from '../http/routes/management/live.ts';
import { situationRoutes } from '../http/routes/management/situation.ts';
import { targetRoutes } from '../http/routes/management/targets.ts';
import type { CallServices } from '../http/serve-call.ts';
import { createServer } from '../http/server.ts';
import { WeirError } from '../kernel/errors.ts';
import { HOUR_MS, MINUTE_MS } from '../kernel/time.ts';
import type { Pricing } from '../ports/pricing.ts';
import { PriceBook } from '../pricing/price-book.ts';
import { anthropicMessagesClient } from '../protocols/anthropic-messages/client.ts';
import { openaiChatClient } from '../protocols/openai-chat/client.ts';
import { watchMemory } from '../telemetry/memory-watch.ts';
import type { BoundCounts } from '../telemetry/metrics/bound-metrics.ts';
import { type Announce, announcingStorage } from '../workers/announcing-storage.ts';
import { CallCounts } from '../workers/call-counts.ts';
import { composeBatches } from './batches.ts';
import { Bounds } from './bounding/bounds.ts';
import { type Caching, type CachingParts, composeCaching } from './caching/caching.ts';
import { composeCapture } from './capture.ts';
import { explainStart } from './commands/explain-start.ts';
import { composeConversing } from './conversing/conversing.ts';
import type { Databases } from './databases/databases.ts';
import { composeEvaluations } from './evaluations/evaluations.ts';
import { composeGateway, type Gateway, type GatewayBounds } from './gateway.ts';
import { CHECK_PLAN } from './guarding/guard-policies.ts';
import { composeGuarding } from './guarding/guarding.ts';
import { breakerWatch, watchedAlerts, watchedStorage } from './live.ts';
import { composeLogSampling } from './log-sampling.ts';
import { composeLogSources } from './log-sources.ts';
import { composeMcpServer } from './mcp-server.ts';
import { composeBatchMeter } from './metered-batches.ts';
import { modelGateway } from './model-gateway.ts';
import { alertOutlet } from './observing/alerts.ts';
import { startAnalytics } from './observing/analytics.ts';
import { describeBug } from './observing/describe-bug.ts';
import { forgetOld } from './observing/forget-old.ts';
import { type Log, observability, silentLog } from './observing/observability.ts';
import { openPolicies } from './policies.ts';
import { composePrompts } from './prompts/prompts.ts';
import { composeStarters } from './prompts/starters.ts';
import { withFileReferences } from './providers/file-references.ts';
import { httpClientFor } from './providers/http-client.ts';
import { responsesState } from './providers/responses-state.ts';
import { Targets } from './providers/targets.ts';
import { managementRoutes } from './route-table/management-routes.ts';
import { defaultModels, seedRoutes } from './route-table/seed-routes.ts';
import { wireRoutes } from './route-table/wire-routes.ts';
import { Drain } from './serving/drain.ts';
import { composeSessions } from './sessions.ts';
import { composeSituation } from './situation.ts';
import { openStores } from './stores.ts';
import { systemClock } from './system-clock.ts';
import { composeToolServers } from './tool-servers.ts';
import { assertFree, isUnsupported, listenShared } from './workers/listen-shared.ts';
import type { ThreadBackends } from './workers/thread-backends.ts';
import type { WorkerThreads } from './workers/worker-threads.ts';
import { composeWorkflowApi } from './workflow-api.ts';
import { composeWorkflows } from './workflows.ts';

export interface AppOptions {
  readonly loaded: LoadedConfig;
  readonly environment: Environment;
  readonly dataDir: string;
  /** Absent: nothing is logged. */
  readonly log?: Log;
  /** Threads that serve, this one included; absent: 1. */
  readonly workers?: number;
  /** Open already; absent: those that the configuration names are opened. */
  readonly databases?: Databases;
  /** In a worker thread: what the main thread gives it. */
  readonly thread?: ThreadBackends;
}

export interface App {
  /** Listens; gives the address. */
  listen(): Promise<string>;
  /** Everything it serves, for tests that hold for every route. */
  readonly routes: readonly RouteSpec[];
  /** The admin key when this start created it; shown once. */
  readonly createdAdminKey: string | undefined;
  /** Takes another configuration while running; throws before anything changed when it is not usable. */
  reload(loaded: LoadedConfig): void;
  /** Lets running calls finish, then stops everything. */
  close(): Promise<void>;
}

/** Where `npm ci` builds it; the same place from the sources and from `server/dist`. */
const DASHBOARD = fileURLToPath(new URL('../../../dashboard/dist/', import.meta.url));
const CLOSE_GRACE_MS = 500;
const MEMORY_LOOK_MS = 200;
const TROUBLE_LOOK_MS = 1000;
const BATCH_LOOK_MS = 30_000;
const METER_LOOK_MS = 5 * MINUTE_MS;

/** THE composition root: the only place that names concrete backends. */
export async function composeApp(options: AppOptions): Promise<App> {
  const { environment, dataDir, log = silentLog(), thread, workers = 1 } = options;
  let { loaded } = options;
  let { config } = loaded;
  const clock = systemClock;
  const counts = thread?.counts ?? (workers > 1 ? CallCounts.create(workers) : undefined);
  let threads: WorkerThreads | undefined;
  const announce: Announce = async (kind, name) => threads?.announce(kind, name);
  const feed = new LiveFeed(clock);
  const stores = await openStores({
    loaded: options.loaded,
    environment,
    dataDir,
    clock,
    databases: thread?.databases ?? options.databases,
    wrapStorage:
      thread === undefined
        ? (storage) => watchedStorage(workers > 1 ? announcingStorage(storage, announce) : storage, feed)
        : undefined,
  });
  const targets = await Targets.open({ loaded: options.loaded, environment, stores });
  const http = httpClientFor(config);
  const drain = new Drain(counts);
  let prices = new PriceBook(config.prices);
  const readings = () => [...gateway.health.all(clock.monotonic()), ...(threads?.readings() ?? [])];
  const memory = watchMemory({ limitBytes: memoryLimitBytes(config) });
  const shed = new LoadShed({
    maxCalls: config.server.max_concurrent_calls,
    running: () => drain.running,
    isMemoryShort: memory.isShort,
    ...(counts === undefined ? {} : { onRefused: (reason) => counts.shed(reason) }),
  });
  const situation = composeSituation({ stores, clock, bounds: () => bounds, readings });
  const alerts = thread?.alerts ?? watchedAlerts(alertOutlet({ config, clock, http, logger: log.logger }), feed);
  const reportRedis = (state: 'up' | 'down') => {
    if (state === 'up') log.logger.info({ event: 'redis', state }, 'Redis answers: limits and budgets are shared');
    else log.logger.warn({ event: 'redis', state }, "Redis does not answer: limits hold by this server's part");
  };
  const reportInbox = (error: unknown) => log.logger.warn({ event: 'alert_not_in_inbox', ...describeBug(error) });
  const bounds = await Bounds.open({
    ...{ config, clock, stores, targets: () => targets.book, alerts, reportRedis, reportInbox, thread },
  });
  const observed =
    thread?.observed ??
    (await observability({
      config,
      clock,
      log,
      stores,
      targets,
      drain,
      readings,
      shed: () => counts?.refused() ?? shed.refused,
      alerts,
      watchCall(record) {
        feed.add({ kind: 'call', projectId: record.project_id, record });
        situation.observe(record);
      },
      sharedState: () => bounds.state.mode(),
      cache: () => caching.reading(),
      threads: workers > 1 ? () => ({ configured: workers, serving: threads?.live ?? 1 }) : undefined,
      callsByThread: counts === undefined ? undefined : () => counts.started(),
    }));
  const sessions = await composeSessions({ stores, clock, config: () => config });
  const policies = await openPolicies(stores, clock);
  const cachingParts: CachingParts = {
    projects: policies,
    config: () => config,
    clock,
    book: () => targets.book,
    run: (call) => gateway.runner.run(call),
    report: (state) => log.logger.warn({ event: 'cache_redis', state }),
    count: thread?.countCache,
  };
  const caching: Caching = await composeCaching(cachingParts, thread?.cache);
  const guarding = composeGuarding({
    config: () => config,
    projects: policies,
    clock,
    fetch: boundedFetch(http),
    audit: stores.audit,
    metrics: observed.guards,
    run: (call) => gateway.runner.run(call),
    report: (error, call) => log.logger.error({ event: 'audit_failed', request_id: call.id, ...describeBug(error) }),
  });
  const capture = composeCapture({
    config: () => config,
    policies,
    stores,
    scanner: () => guarding.services.scanner,
    clock,
    report: (id, error) =>
      log.logger.warn({
        event: 'content_not_kept',
        request_id: id,
        ...(error === undefined ? { reason: 'too many wait' } : describeBug(error)),
      }),
  });
  const conversing = await composeConversing({
    ...{ config: () => config, stores, clock },
    targets: () => targets,
    run: (call) => gateway.runner.run(call),
    report: (error, call) =>
      log.logger.warn({ event: 'summary_not_written', request_id: call.id, ...describeBug(error) }),
  });
  const prompts = composePrompts({
    ...{ stores, clock, checker: () => gateway.checker },
    gate: (move) => evaluations.gate(move),
  });
  const starters = composeStarters(stores, {
    clock,
    report: (error) => log.logger.warn({ event: 'starters_not_placed', ...describeBug(error) }),
  });
  if (thread === undefined) await starters.placeAll();
  const pricing: Pricing = { cost: (of) => prices.cost(of) };
  const gateway: Gateway = composeGateway({
    config: () => config,
    policies,
    clock,
    http,
    fetch: boundedFetch(http),
    ledger: stores.ledger,
    pricing,
    credentials: targets.credentials,
    book: () => targets.book,
    isDraining: () => drain.started,
    overload: () => shed.inside(),
    cache: caching.services,
    prompts: prompts.render,
    conversations: {
      ...withFileReferences(
        responsesState(stores.responses, {
          report: (error, call) =>
            log.logger.warn({ event: 'response_not_stored', request_id: call.id, ...describeBug(error) }),
          shorten: conversing.shorten,
        }),
        stores.providerObjects,
      ),
      converse: conversing.converse,
    },
    guards: guarding.services,
    content: capture.sink,
    observers: observed.observers,
    bounds: gatewayBounds(bounds, observed.bounds),
  });
  const logSources = composeLogSources({
    ...{ config: () => config, http, clock, projects: stores.projects, followsFiles: thread === undefined },
    report: (source, error) =>
      log.logger.warn({ event: 'log_source_unreadable', source, ...describeBug(error) }, 'a log file cannot be read'),
  });
  const logSampling = composeLogSampling({
    config: () => config,
    stores,
    targets,
    clock,
    run: (call) => gateway.runner.run(call),
    sources: logSources,
  });
  let address = `http://127.0.0.1:${thread?.port ?? config.server.port}`;
  const toolServers = await composeToolServers({
    ...{ config, stores, clock, http, log, address: () => address },
    models: modelGateway({ run: (call) => gateway.runner.run(call), clock }),
    makesKeys: thread === undefined,
  });
  const composed = composeWorkflows({
    ...{ config: () => config, environment, stores, targets, clock, log, pricing },
    run: (call) => gateway.runner.run(call),
    checker: gateway.checker,
    fetch: webFetch(http),
    defaultModels: () => defaultModels(config, targets),
    servers: toolServers.names.length === 0 ? undefined : toolServers,
  });
  const { engine, workflows } = composed;
  const workflowApi = composeWorkflowApi({ ...composed, stores, clock, log });
  const mcpServer = composeMcpServer({ config, workflows, prompts: prompts.published, clock, log });
  const evaluations = composeEvaluations({
    ...{ config: () => config, stores, clock, log, capture, checker: gateway.checker },
    ...{ render: prompts.renderTemplate, prompts: prompts.source },
    run: (call) => gateway.runner.run(call),
  });
  const errors = errorEncoder({ openai: openaiChatClient, anthropic: anthropicMessagesClient }, () => clock.now());
  const calls: CallServices = {
    run: (call) => gateway.runner.run(call),
    clock,
    errors,
    started: () => drain.enter(),
    ended: () => drain.leave(),
  };
  const batching = composeBatches({ config: () => config, stores, clock, log, errors, app: () => app });
  const { batches, messageBatches, keys } = batching;
  const batchMeter = composeBatchMeter({
    ...{ stores, targets, clock, log, http, pricing },
    fetch: boundedFetch(http),
    settle: gateway.settleElsewhere,
  });
  let isEnding = false;
  const table: RouteSpec[] = [
    ...observed.routes,
    ...dashboardRoutes(builtFiles(DASHBOARD)),
    ...guardrailRoutes({
      scanner: guarding.services.scanner,
      plan: CHECK_PLAN,
      deadlineMs: () => config.guardrails.deadline_ms,
    }),
    ...wireRoutes({
      ...{ config, calls, targets, stores, batches, messageBatches, batchMeter },
      calibration: conversing.calibration,
      countMessages: (messages) => conversing.tokens.count('', messages),
    }),
    ...seedRoutes({
      config,
      calls,
      stores,
      targets,
      health: gateway.health,
      bounds,
      checker: gateway.checker,
      guards: guarding.services,
    }),
    ...logSources.routes,
    ...logSampling.routes,
    ...toolServers.routes,
    ...workflowApi.routes,
    ...mcpServer.routes,
    ...evaluations.routes,
    ...prompts.routes,
    ...targetRoutes({ readings }),
    ...situationRoutes({ situation: situation.read, projects: stores.projects }),
    ...liveRoutes({
      events: thread?.live ?? feed,
      projects: stores.projects,
      isEnding: () => isEnding,
      assertStillIn: ({ headers }) =>
        sessions.sessionOf(headers, LIVE_ROUTE) ?? authenticate(headers, LIVE_ROUTE, keys),
    }),
    ...managementRoutes({
      config: () => config,
      explain: () => explainStart({ loaded, environment, stored: [] }),
      stores,
      policies,
      targets,
      bounds,
      clock,
      caching,
      content: capture.store,
      tokens: conversing.tokens,
      beginProject: starters.place,
      sessions,
      all: () => table,
    }),
  ];
  const routes = thread?.routes(table) ?? table;
  const app: FastifyInstance = createServer(routes, {
    authenticate(headers, route) {
      if (!stores.isUpToDate()) throw keysTooOld();
      return authenticate(headers, route, keys);
    },
    sessionOf(headers, route) {
      if (!stores.isUpToDate()) throw keysTooOld();
      return sessions.sessionOf(headers, route);
    },
    clock,
    errors,
    maxBodyBytes: config.server.max_body_bytes,
    jsonLimits: { maxDepth: config.server.max_json_depth, maxMembers: config.server.max_json_members },
    hosts: { boundHost: config.server.host, allowedHosts: config.server.allowed_hosts },
    arrival: { headersMs: config.server.headers_timeout_ms, requestMs: config.server.request_timeout_ms },
    idempotency: thread?.idempotency ?? stores.idempotency,
    overload: () => shed.atTheDoor(),
    refused: observed.refused,
    report: (error, id) => log.logger.error({ event: 'bug', request_id: id, ...describeBug(error) }, error.message),
  });
  observed.watch(app, routes);
  const analytics =
    thread === undefined ? await startAnalytics({ config, stores, clock, logger: log.logger }) : undefined;
  if (workers > 1 && counts !== undefined) {
    const { workerThreads } = await import('./workers/compose-workers.ts');
    threads = workerThreads({
      ...{ loaded: options.loaded, environment, dataDir, clock, log, count: workers - 1 },
      ...{
        stores,
        state: bounds.state,
        refusals: bounds.refusals,
        counts,
        alerts,
        caching,
        observed,
        live: feed,
        app: () => app,
      },
    });
  }
  const stopPruning = every(HOUR_MS, () => {
    const failed = (error: unknown) => log.logger.warn({ event: 'prune_failed', ...describeBug(error) });
    conversing.save().catch(failed);
    if (thread !== undefined) return;
    stores.idempotency.prune().catch(failed);
    void starters.placeAll();
    sessions.prune().catch(failed);
    if (!stores.replicas.isFirst()) return;
    const conversationDays = config.conversations.retention_days;
    forgetOld({ retention: config.retention, conversationDays, storage: stores.storage, nowMs: clock.now() })
      .then((gone) => gone.rows > 0 && log.logger.info({ event: 'retention', ...gone }, 'old rows are gone'))
      .catch(failed);
    capture
      .forgetOld()
      .then((rows) => rows > 0 && log.logger.info({ event: 'retention', captured: rows, rows }, 'old rows are gone'))
      .catch(failed);
  });
  const resumeBatches = () => {
    const went = stores.isShared ? batches.lookAround() : batches.resume();
    went.catch((error) => log.logger.warn({ event: 'batches_not_resumed', ...describeBug(error) }));
  };
  const resumeEvaluations = (how: 'resume' | 'lookAround') => {
    if (thread !== undefined) return;
    evaluations[how]().catch((error) => log.logger.warn({ event: 'evaluations_not_resumed', ...describeBug(error) }));
  };
  const meterBatches = () => {
    if (thread !== undefined || !stores.replicas.isFirst()) return;
    batchMeter.lookAround().catch((error) => log.logger.warn({ event: 'batches_not_metered', ...describeBug(error) }));
  };
  const watchBreakers = breakerWatch(feed);
  const look = () => {
    observed.lookForTrouble();
    watchBreakers(readings());
  };
  const stopLooking = [
    every(MEMORY_LOOK_MS, memory.look),
    every(TROUBLE_LOOK_MS, () => (thread === undefined ? look() : thread.tellReadings(readings()))),
    every(METER_LOOK_MS, meterBatches),
    every(BATCH_LOOK_MS, () => resumeEvaluations('lookAround')),
    every(BATCH_LOOK_MS, () => stores.isShared && thread === undefined && resumeBatches()),
  ];
  const listenWith = async (all: WorkerThreads): Promise<string> => {
    const { host, port } = config.server;
    if (port !== 0) await assertFree({ host, port });
    try {
      const address = await listenShared(app, { host, port });
      await all.start(Number(new URL(address).port));
      return address;
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      log.logger.warn(
        { event: 'workers_unsupported', workers },
        'this system cannot give one port to several threads: one thread serves (server.workers is 1)',
      );
      threads = undefined;
      return app.listen({ host, port });
    }
  };
  return {
    routes,
    createdAdminKey: stores.createdAdminKey,
    async listen() {
      const { host, port } = config.server;
      if (thread !== undefined) return listenShared(app, { host, port: thread.port });
      address = await (threads === undefined ? app.listen({ host, port }) : listenWith(threads));
      await engine.start();
      workflowApi.begin();
      resumeBatches();
      resumeEvaluations('resume');
      meterBatches();
      return address;
    },
    reload(next) {
      targets.reload(next);
      threads?.reload(next);
      prices = new PriceBook(next.config.prices);
      bounds.reload(next.config);
      loaded = next;
      config = next.config;
      logSources.reload();
    },
    async close() {
      isEnding = true;
      feed.close();
      stopPruning();
      for (const stop of stopLooking) stop();
      logSampling.endWaits();
      const stoppedBatches = batches.stop();
      const stoppedEvaluations = evaluations.close();
      await workflowApi.stop();
      const stoppedRuns = engine.stop(config.server.drain_timeout_ms);
      await Promise.all([drain.finish(config.server.drain_timeout_ms), threads?.close()]);
      // Lines that outlast the drain are asked again at the next start.
      await Promise.race([stoppedBatches, new Promise<void>((resolve) => void clock.after(CLOSE_GRACE_MS, resolve))]);
      await stoppedRuns;
      await stoppedEvaluations;
      await prompts.close();
      await closeServer(app);
      await mcpServer.close();
      await toolServers.close();
      alerts.close();
      await logSampling.close();
      await logSources.close();
      await gateway.checker.close();
      await capture.drained();
      await conversing.save().catch(() => undefined);
      await guarding.close();
      await http.close();
      await caching.close();
      await observed.close();
      await analytics?.close();
      await bounds.state.close();
      await stores.close();
    },
  };
}

/** Fail-closed: nobody knows whether the key was revoked meanwhile. */
function keysTooOld(): WeirError {
  return new WeirError('store.unavailable', {
    message:
      'The database has not answered for longer than database.keys_without_database_ms, so keys cannot be trusted.',
  });
}

function memoryLimitBytes({ server }: Config): number | undefined {
  return server.memory_limit_mb === undefined ? undefined : server.memory_limit_mb * 1_048_576;
}

/** What the pipeline asks of limits and budgets. */
function gatewayBounds(bounds: Bounds, metrics: BoundCounts): GatewayBounds {
  const { scopes, inForce, restore, whenUnavailable, defaultMaxOutput, approvals, pauses, state } = bounds;
  return {
    limits: {
      scopes,
      counters: state.limits,
      report: ({ scope, name, shadow }) => metrics.limitRefused(scope.scope, name, shadow),
    },
    budgets: {
      inForce,
      counters: state.budgets,
      restore,
      whenUnavailable,
      defaultMaxOutput,
      approvals,
      pauses,
      observer: bounds.observer(metrics),
    },
  };
}

/** Runs again and again without keeping the process alive; the function given back ends it. */
function every(periodMs: number, run: () => void): () => void {
  const timer = setInterval(run, periodMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Requests beside calls get a moment; then connections on which nothing was ever asked must not hold up the end. */
async function closeServer(app: FastifyInstance): Promise<void> {
  const closing = app.close();
  const cancel = systemClock.after(CLOSE_GRACE_MS, () => app.server.closeAllConnections());
  await closing;
  cancel();
}
