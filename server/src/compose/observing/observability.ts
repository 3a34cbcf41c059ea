import type { FastifyInstance } from 'fastify';
import { version } from '../../cli/version.ts';
import type { Config } from '../../config/schema.ts';
import { proxyRules } from '../../egress/proxy-rules.ts';
import { AlertWatch } from '../../features/alerts/watch.ts';
import { connectProbe } from '../../features/health/connect-probe.ts';
import { createHealth } from '../../features/health/health.ts';
import type { ServingThreads } from '../../features/health/health-report.ts';
import type { TargetStatus } from '../../gateway/routing/target-health.ts';
import type { CallObserver } from '../../gateway/stages/trace.ts';
import type { RouteSpec, WeirRequest } from '../../http/route.ts';
import { healthRoutes } from '../../http/routes/health/health-routes.ts';
import { type ErrorCode, isWeirError, toWeirError, WeirError } from '../../kernel/errors.ts';
import { NANO_PER_USD } from '../../kernel/money.ts';
import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SharedStateMode } from '../../ports/shared-state.ts';
import { callLog, type RejectedRequest } from '../../telemetry/call-log.ts';
import { monitorEventLoop } from '../../telemetry/event-loop-lag.ts';
import type { LogDestination } from '../../telemetry/line-batch.ts';
import { createLogger, type Logger, type LogLevel } from '../../telemetry/logger.ts';
import type { BoundCounts } from '../../telemetry/metrics/bound-metrics.ts';
import type { GuardCounts } from '../../telemetry/metrics/guard-metrics.ts';
import { type CacheReading, createMetrics, METRICS_CONTENT_TYPE } from '../../telemetry/metrics.ts';
import { startOtlp } from '../../telemetry/otlp.ts';
import type { Targets } from '../providers/targets.ts';
import type { Drain } from '../serving/drain.ts';
import type { Stores } from '../stores.ts';
import type { AlertOutlet } from './alerts.ts';

/** Weir's own log: the logger, and the destination that the lines of calls go to as well. */
export interface Log {
  readonly logger: Logger;
  readonly destination: LogDestination;
  /** Least level that is written. */
  readonly level: LogLevel;
}

/** For a server inside another command, whose output is not a log. */
export function silentLog(): Log {
  const destination = { write: () => true, on: () => undefined };
  return { logger: createLogger({ level: 'silent', destination }), destination, level: 'silent' };
}

export interface ObservabilityParts {
  /** As the server started; telemetry settings need a restart. */
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly stores: Stores;
  readonly drain: Drain;
  /** Asked for at each scrape: cache and gateway are made after their observers. */
  readonly cache: () => CacheReading;
  readonly targets: Targets;
  /** What is known of the targets that were used. */
  readonly readings: () => readonly TargetStatus[];
  /** Calls refused at once, counted. */
  readonly shed: () => { readonly concurrency: number; readonly memory: number };
  readonly alerts: AlertOutlet;
  /** Told of every settled call besides. */
  readonly watchCall: (record: UsageRecord) => void;
  /** How limits and budgets are counted just now. */
  readonly sharedState: () => SharedStateMode;
  /** How many threads serve calls, and should; absent: only this one. */
  readonly threads?: (() => ServingThreads) | undefined;
  readonly callsByThread?: (() => readonly number[]) | undefined;
}

export type RejectedCall = RejectedRequest;

export interface Observability {
  readonly observers: readonly CallObserver[];
  /** Those of them that need only the record, for calls of other threads. */
  readonly recordObservers: readonly ((record: UsageRecord) => void)[];
  readonly routes: readonly RouteSpec[];
  /** Where guardrails tell what they do. */
  readonly guards: GuardCounts;
  /** Where limits and budgets tell what they decide. */
  readonly bounds: BoundCounts;
  /** Counts and logs the requests for calls that are refused before the pipeline. */
  watch(app: FastifyInstance, routes: readonly RouteSpec[]): void;
  /** Counts and logs a request for a call that was refused before the pipeline. */
  rejected(code: ErrorCode, request: RejectedCall): void;
  /** Counts and logs what the HTTP parser refused. */
  refused(error: Pick<WeirError, 'code' | 'status'>, requestId: string): void;
  /** Looks for what an operator should hear of; to be called every second or so. */
  lookForTrouble(): void;
  close(): Promise<void>;
}

/** Metrics, the line per call, traces and health, around a gateway that knows nothing of them. */
export async function observability(parts: ObservabilityParts): Promise<Observability> {
  const { config, clock, log, stores, targets, drain } = parts;
  const eventLoop = monitorEventLoop(clock);
  const lines = callLog({ destination: log.destination, clock, level: log.level });
  const otlp = await traces(parts);
  const { readings } = parts;
  const metrics = createMetrics({
    clock,
    version,
    sources: {
      breakers: readings,
      callsInFlight: () => drain.running,
      shed: parts.shed,
      alerts: () => parts.alerts.counts(),
      cache: parts.cache,
      ledger: () => stores.ledger.state(),
      eventLoop: () => eventLoop.read(),
      logLinesDropped: () => lines.dropped(),
      telemetryDropped: () => otlp?.dropped() ?? 0,
      sharedState: parts.sharedState,
      ...(parts.callsByThread === undefined ? {} : { callsByThread: parts.callsByThread }),
    },
  });
  const troubles = new AlertWatch({
    clock,
    sink: parts.alerts,
    targets: readings,
    ledger: () => stores.ledger.state(),
    thresholds: thresholdsOf(config),
  });
  const isProxied = proxied(config);
  const health = createHealth({
    clock,
    pingDatabase: () => stores.storage.ping(),
    servesWithoutDatabase: () => stores.isShared && stores.isUpToDate(),
    ledgerState: () => stores.ledger.state(),
    providers: () => watchedProviders(targets, isProxied),
    targets: readings,
    probe: connectProbe(clock),
    eventLoopLag: () => eventLoop.read(),
    isDraining: () => drain.started,
    sharedState: parts.sharedState,
    ...(parts.threads === undefined ? {} : { threads: parts.threads }),
  });
  const recordObservers = [metrics.observe, lines.observe, troubles.observe, parts.watchCall];
  const rejected = (code: ErrorCode, request: RejectedCall) => {
    metrics.rejected(code);
    troubles.refused(code);
    lines.rejected(code, request);
  };
  return {
    guards: metrics.guards,
    observers: [...recordObservers, ...(otlp === undefined ? [] : [otlp.observe])],
    recordObservers,
    bounds: metrics.bounds,
    routes: healthRoutes({
      health,
      metrics: metrics.render,
      metricsContentType: METRICS_CONTENT_TYPE,
      isLoopback: isLoopback(config.server.host),
    }),
    watch: (app, routes) => watchRejected(app, routes, rejected),
    rejected,
    refused(error, requestId) {
      metrics.rejected(error.code);
      lines.refused(error.code, { requestId, status: error.status });
    },
    lookForTrouble: () => troubles.look(),
    async close() {
      lines.flush();
      eventLoop.close();
      await otlp?.close();
    },
  };
}

/** Tells of the requests for calls that are refused before the pipeline. */
export function watchRejected(
  app: FastifyInstance,
  routes: readonly RouteSpec[],
  rejected: Observability['rejected'],
): void {
  const calls = new Set(routes.filter(takesCalls).map((route) => route.path));
  app.addHook('onError', async (request, _reply, thrown) => {
    if (request.method !== 'POST' || !calls.has(request.routeOptions.url ?? '')) return;
    const { weirId, weirKey } = request as WeirRequest;
    const { code, status } = refusalOf(thrown);
    rejected(code, { requestId: weirId, status, projectId: weirKey?.projectId });
  });
}

function thresholdsOf({ alerts }: Config) {
  return {
    errorSurgeCount: alerts.error_surge_count,
    errorSurgeRatio: alerts.error_surge_ratio,
    ledgerLagMs: alerts.ledger_lag_ms,
    refusedKeys: alerts.refused_keys,
    keySurge: {
      ratio: alerts.key_surge_ratio,
      leastCalls: alerts.key_surge_calls,
      leastNano: alerts.key_surge_usd * NANO_PER_USD,
    },
  };
}

function traces({ config, log, targets }: ObservabilityParts) {
  const { otlp_endpoint, otlp_headers, service_name } = config.telemetry;
  if (otlp_endpoint === undefined) return undefined;
  return startOtlp({
    endpoint: otlp_endpoint,
    headers: otlp_headers,
    serviceName: service_name,
    serviceVersion: version,
    describe(name) {
      const provider = targets.provider(name);
      return provider === undefined ? undefined : { type: provider.definition.type, baseUrl: provider.baseUrl };
    },
    report(state) {
      const line = { event: 'collector', state };
      if (state === 'lost') log.logger.warn(line, 'the OTLP collector does not take our spans; they are dropped');
      else log.logger.info(line, 'the OTLP collector takes our spans again');
    },
  });
}

function watchedProviders(targets: Targets, isProxied: (baseUrl: string) => boolean) {
  return targets.book.providers.map((provider) => ({
    name: provider.name,
    baseUrl: provider.baseUrl,
    model: provider.defaultModel ?? provider.models[0] ?? provider.definition.models[0]?.id,
    hasCredential: targets.hasCredential(provider),
    // A probe goes straight to the address: what is behind a proxy, or wants to know who we are, is not probed.
    trusted: provider.trusted && provider.network === undefined && !isProxied(provider.baseUrl),
  }));
}

function proxied({ egress }: Config): (baseUrl: string) => boolean {
  const rules = proxyRules({ https: egress.https_proxy, http: egress.http_proxy, except: egress.no_proxy });
  return (baseUrl) => {
    const url = URL.parse(baseUrl);
    return url !== null && rules(url) !== undefined;
  };
}

/** What the server refuses before any of our code runs carries the HTTP library's own code. */
function refusalOf(thrown: unknown): WeirError {
  if (isWeirError(thrown)) return thrown;
  const { statusCode = 500 } = thrown as { statusCode?: number };
  if (statusCode === 413) return new WeirError('request.too_large');
  return statusCode < 500 ? new WeirError('request.invalid') : toWeirError(thrown);
}

function takesCalls(route: RouteSpec): boolean {
  return route.method === 'POST' && route.permission === 'call';
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
