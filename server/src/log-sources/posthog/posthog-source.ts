import { asArray, asString, isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { parseInstant } from '../../kernel/parse-instant.ts';
import type { LogLine, LogSource } from '../../ports/log-source.ts';
import type { ReadLine } from '../read-line.ts';
import { type AskServer, badReply, jsonOf } from '../servers/ask-server.ts';
import { traceIdOf } from '../trace-id.ts';

export interface PostHogSourceOptions {
  readonly name: string;
  /** Address of the application, such as https://eu.posthog.com. */
  readonly url: string;
  readonly projectId: number;
  /** Personal API key with `logs:read`. */
  readonly apiKey: string;
  /** Lines of one answer; PostHog gives 1000 at most. */
  readonly pageLines: number;
}

/** Logs from PostHog's API, oldest first, page after page by its cursor. */
export function postHogSource(options: PostHogSourceOptions, parts: { ask: AskServer; readLine: ReadLine }): LogSource {
  const { name, url, projectId, apiKey, pageLines } = options;
  const { ask, readLine } = parts;
  return {
    name,
    async *read({ service, from, to }, signal) {
      const query = {
        dateRange: { date_from: new Date(from).toISOString(), date_to: new Date(to).toISOString() },
        severityLevels: [],
        serviceNames: service === undefined ? [] : [service],
        orderBy: 'earliest',
        limit: pageLines,
      };
      let after: string | undefined;
      do {
        const reply = await ask({
          method: 'POST',
          url: `${url.replace(/\/+$/, '')}/api/projects/${projectId}/logs/query`,
          headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({ query: { ...query, ...(after === undefined ? {} : { after }) } }),
          signal,
        });
        const page = pageOf(jsonOf(reply, name), name);
        const lines = page.rows.map((row) => lineOf(row, service, readLine));
        const within = lines.filter(({ time = from }) => time >= from && time < to);
        if (within.length > 0) yield within;
        if (page.next !== undefined && page.next === after) throw badReply(name, 'gave the same page again');
        after = page.next;
      } while (after !== undefined);
    },
  };
}

/** `next`: the cursor of the next page; undefined: this was the last one. */
function pageOf(json: Json, source: string): { rows: JsonObject[]; next: string | undefined } {
  const results = isObject(json) ? asArray(json.results) : undefined;
  if (!isObject(json) || results === undefined) throw badReply(source, 'answered without results');
  const next = json.hasMore === true ? asString(json.nextCursor) : undefined;
  if (json.hasMore === true && next === undefined) throw badReply(source, 'has more lines and gives no cursor to them');
  return { rows: results.filter(isObject), next };
}

function lineOf(row: JsonObject, service: string | undefined, readLine: ReadLine): LogLine {
  const body = asString(row.body) ?? '';
  const line = readLine(body, Buffer.byteLength(body));
  return {
    ...line,
    service,
    time: parseInstant(row.timestamp) ?? line.time,
    severity: asString(row.severity_text) || line.severity,
    traceId: traceIdOf(row.trace_id) ?? line.traceId,
  };
}
