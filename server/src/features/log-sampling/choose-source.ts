import { invalidRequest } from '../../kernel/errors.ts';
import type { LogSource } from '../../ports/log-source.ts';
import { PUSHED, type PushedLines } from './live/pushed-lines.ts';

export interface SourceChoice {
  readonly projectId: string;
  readonly service: string;
  /** Name of a source. */
  readonly source: string | undefined;
  /** `host:port` of ClickHouse, as LipService's clients write it. */
  readonly clickhouseHost: string | undefined;
  /** Address of PostHog, as LipService's clients write it. */
  readonly apiUrl: string | undefined;
}

export interface KnownSources {
  readonly pushed: PushedLines;
  /** Sources that the operator named and this project may read, by name. */
  readonly named: (projectId: string) => ReadonlyMap<string, LogSource>;
  /** The name of the ClickHouse source at this `host:port` of HTTP; undefined: there is none. */
  readonly clickHouseAt: (address: string) => string | undefined;
  /** The name of the PostHog source at this address; undefined: there is none. */
  readonly postHogAt: (url: string) => string | undefined;
}

const HTTP_PORT = '8123';
const NATIVE_PORT = '9000';

/** The source that a request means. Throws `request.invalid` naming the field. */
export function chooseSource(choice: SourceChoice, known: KnownSources): LogSource {
  const { projectId, service } = choice;
  const named = known.named(projectId);
  if (choice.source !== undefined) {
    if (choice.source === PUSHED) return known.pushed.of(projectId);
    const source = named.get(choice.source);
    if (source === undefined) throw invalidRequest('source', `there is no log source of this name; ${listOf(named)}`);
    return source;
  }
  if (choice.clickhouseHost !== undefined) {
    const source = named.get(known.clickHouseAt(httpAddress(choice.clickhouseHost)) ?? '');
    if (source !== undefined) return source;
    throw invalidRequest('clickhouse_host', `no log source of the configuration is at this host; ${listOf(named)}`);
  }
  if (choice.apiUrl !== undefined) {
    const source = named.get(known.postHogAt(choice.apiUrl) ?? '');
    if (source !== undefined) return source;
    throw invalidRequest('api_url', `no PostHog of the configuration is at this address; ${listOf(named)}`);
  }
  if (known.pushed.has(projectId, service)) return known.pushed.of(projectId);
  const [only, ...others] = named.values();
  if (only !== undefined && others.length === 0) return only;
  throw invalidRequest('source', `name the log source to read; ${listOf(named)}`);
}

/** ClickHouse's own port means the HTTP port of the same host, and no port means it too. */
function httpAddress(host: string): string {
  const [, name = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  return `${name}:${port === undefined || port === NATIVE_PORT ? HTTP_PORT : port}`;
}

function listOf(named: ReadonlyMap<string, LogSource>): string {
  return `log sources are ${[...named.keys(), PUSHED].join(', ')}.`;
}
