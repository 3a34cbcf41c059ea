import type { LogSourceConfig } from '../../config/sections/log-sources.ts';
import { ClickHouseHttp } from '../../log-sources/clickhouse/clickhouse-http.ts';
import { clickHouseSource } from '../../log-sources/clickhouse/clickhouse-source.ts';
import { lokiSource } from '../../log-sources/loki/loki-source.ts';
import { postHogSource } from '../../log-sources/posthog/posthog-source.ts';
import type { ReadLine } from '../../log-sources/read-line.ts';
import type { AskServer } from '../../log-sources/servers/ask-server.ts';
import { namedAsker } from '../../log-sources/servers/named-asker.ts';
import type { LogSource } from '../../ports/log-source.ts';

const POSTHOG_LINES = 1000;
const CLICKHOUSE_LINES = 2000;
const LOKI_LINES = 5000;
const EXECUTION_S = 30;
const BYTES_TO_READ = 10_000_000_000;

/** A source that is another server, from its settings. */
export function serverSource(
  name: string,
  settings: LogSourceConfig,
  of: { ask: AskServer; readLine: ReadLine },
): LogSource {
  const parts = { ask: namedAsker(of.ask, name), readLine: of.readLine };
  const url = settings.url ?? '';
  const { page_lines: pageLines } = settings;
  if (settings.type === 'posthog') {
    const { project_id: projectId = 0, api_key: apiKey = '' } = settings;
    return postHogSource(
      { name, url, projectId, apiKey, pageLines: Math.min(pageLines ?? POSTHOG_LINES, POSTHOG_LINES) },
      parts,
    );
  }
  if (settings.type === 'loki') {
    const { labels = {}, service_label: serviceLabel = 'service_name' } = settings;
    const headers = lokiHeaders(settings);
    return lokiSource({ name, url, labels, serviceLabel, headers, pageLines: pageLines ?? LOKI_LINES }, parts);
  }
  const { table, team_id: teamId } = settings;
  const { origin, user, password, database } = clickHouseAddress(settings);
  const http = new ClickHouseHttp(
    {
      ...{ name, url: origin, database, user, password },
      maxExecutionTimeS: settings.max_execution_time_s ?? EXECUTION_S,
      maxBytesToRead: settings.max_bytes_to_read ?? BYTES_TO_READ,
    },
    parts.ask,
  );
  const options = { name, database, table, teamId, pageLines: pageLines ?? CLICKHOUSE_LINES };
  return clickHouseSource(options, { http, readLine: parts.readLine });
}

/** User, password and database may stand in the address too, as ClickHouse's drivers write it. */
function clickHouseAddress(settings: LogSourceConfig) {
  const { origin, username, password, pathname } = new URL(settings.url ?? '');
  return {
    origin,
    user: settings.user ?? (username === '' ? undefined : decodeURIComponent(username)),
    password: settings.password ?? decodeURIComponent(password),
    database: settings.database ?? (pathname.slice(1) || 'default'),
  };
}

function lokiHeaders({ token, user, password, tenant }: LogSourceConfig): Record<string, string> {
  const basic = user === undefined ? undefined : Buffer.from(`${user}:${password ?? ''}`).toString('base64');
  const authorization = token === undefined ? basic && `Basic ${basic}` : `Bearer ${token}`;
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }),
  };
}
