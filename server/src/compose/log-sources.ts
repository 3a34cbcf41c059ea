import type { Config } from '../config/schema.ts';
import type { LogSourceConfig } from '../config/sections/log-sources.ts';
import { boundedFetch } from '../egress/bounded-fetch.ts';
import type { KnownSources } from '../features/log-sampling/choose-source.ts';
import { readLogLine } from '../features/log-sampling/lines/read-log-line.ts';
import { assertJsonWithin } from '../http/request-guard-json.ts';
import type { RouteSpec } from '../http/route.ts';
import { otlpLogsRoutes } from '../http/routes/otlp-logs.ts';
import { randomHex } from '../kernel/ids.ts';
import { followFiles } from '../log-sources/files/follow-files.ts';
import { LineWindow } from '../log-sources/line-window.ts';
import { LogReceiver } from '../log-sources/otlp/log-receiver.ts';
import type { AskServer } from '../log-sources/servers/ask-server.ts';
import { patient } from '../log-sources/servers/patient.ts';
import type { Clock } from '../ports/clock.ts';
import type { HttpClient } from '../ports/http-client.ts';
import type { LogSource } from '../ports/log-source.ts';
import { serverSource } from './log-sources/server-source.ts';
import type { Stores } from './stores.ts';

export interface LogSourcesParts {
  readonly config: () => Config;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly projects: Stores['projects'];
  /** False in threads beside the main one, which follow no files. */
  readonly followsFiles: boolean;
  /** A file of a source cannot be read. */
  readonly report: (source: string, error: unknown) => void;
}

export interface ComposedLogSources extends Pick<KnownSources, 'named' | 'clickHouseAt' | 'postHogAt'> {
  readonly routes: RouteSpec[];
  /** Takes the sources of another configuration; files that are still in it are followed on. */
  reload(): void;
  close(): Promise<void>;
}

interface NamedSource {
  readonly settings: LogSourceConfig;
  readonly source: LogSource;
  readonly close: () => Promise<void>;
}

/** Name of the source of what /v1/logs took. */
const RECEIVED = 'otlp';
const MIB = 2 ** 20;
const LAST_BYTES = 16 * MIB;
const MOST_JSON = { maxDepth: 128, maxMembers: 4_000_000 };
const BOUNDS = { maxBytes: 64 * MIB, timeoutMs: 60_000 };

/** The sources of the configuration, and what comes to /v1/logs. */
export function composeLogSources(parts: LogSourcesParts): ComposedLogSources {
  const { config, clock, projects } = parts;
  const window = new LineWindow(config().logs.window_mb * MIB);
  const ask: AskServer = patient(boundedFetch(parts.http, undefined, BOUNDS), clock);
  let sources = new Map<string, NamedSource>();
  const make = (name: string, settings: LogSourceConfig): NamedSource =>
    settings.type === 'file'
      ? fileSource(name, { settings, window, parts })
      : { settings, source: serverSource(name, settings, { ask, readLine: readLogLine }), close: async () => {} };
  const reload = () => {
    const before = sources;
    sources = new Map(
      Object.entries(config().logs.sources).map(([name, settings]) => {
        const known = before.get(name);
        const isSame = known !== undefined && JSON.stringify(known.settings) === JSON.stringify(settings);
        return [name, isSame ? known : make(name, settings)];
      }),
    );
    for (const [name, gone] of before) {
      if (sources.get(name) !== gone) gone.close().catch((error) => parts.report(name, error));
    }
  };
  reload();
  const nameOf = (projectId: string) => projects.list().find(({ id }) => id === projectId)?.name ?? projectId;
  const receiver = new LogReceiver({
    ...{ window, clock, readLine: readLogLine },
    assertJson: (body) => assertJsonWithin(body, MOST_JSON),
  });
  const nameAt = (type: LogSourceConfig['type'], address: string | undefined) =>
    [...sources].find(([, { settings }]) => settings.type === type && addressOf(settings.url) === address)?.[0];
  return {
    routes: otlpLogsRoutes({ receiver, projects }),
    reload,
    named(projectId) {
      const may = ({ settings }: NamedSource) =>
        settings.projects.some((project) => ['*', projectId, nameOf(projectId)].includes(project));
      const named = new Map<string, LogSource>();
      for (const [name, one] of sources) if (may(one)) named.set(name, one.source);
      // Only where something came, so that the only source of a configuration need not be named.
      if (window.has(projectId))
        named.set(
          RECEIVED,
          window.source(RECEIVED, projectId, (asked) => asked),
        );
      return named;
    },
    clickHouseAt: (address) => nameAt('clickhouse', address.toLowerCase()),
    postHogAt: (url) => (URL.canParse(url) ? nameAt('posthog', addressOf(url)) : undefined),
    async close() {
      for (const { close } of sources.values()) await close();
    },
  };
}

/** A file's lines are kept under its source, whatever service is asked for unless the configuration names one. */
function fileSource(
  name: string,
  of: { settings: LogSourceConfig; window: LineWindow; parts: LogSourcesParts },
): NamedSource {
  const { settings, window, parts } = of;
  // Not the name alone: the same source with other settings begins before this one has ended.
  const owner = `file ${name} ${randomHex(8)}`;
  const following = parts.followsFiles
    ? followFiles({
        ...{ paths: settings.paths ?? [], clock: parts.clock, readLine: readLogLine },
        lastBytes: settings.last_bytes ?? LAST_BYTES,
        onLines: (lines, at) => window.add({ owner, service: '' }, { lines, at }),
        report: (_path, error) => parts.report(name, error),
      })
    : undefined;
  const isAsked = (asked: string | undefined) => settings.service === undefined || settings.service === asked;
  const source = window.source(name, owner, (asked) => (isAsked(asked) ? '' : undefined));
  return {
    settings,
    source: {
      name,
      async *read(asked, signal) {
        await following;
        yield* source.read(asked, signal);
      },
    },
    async close() {
      await (await following)?.close();
      window.forget(owner);
    },
  };
}

/** host:port of an address; ports of HTTP interfaces where it names none. */
function addressOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}
