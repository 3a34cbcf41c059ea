import { asArray, asString, isObject, type Json } from '../../kernel/json.ts';
import type { LogLine, LogSource } from '../../ports/log-source.ts';
import type { ReadLine } from '../read-line.ts';
import { type AskServer, badReply, jsonOf } from '../servers/ask-server.ts';
import { traceIdOf } from '../trace-id.ts';
import { labelSelector } from './label-selector.ts';

export interface LokiSourceOptions {
  readonly name: string;
  /** What stands before /loki/api/v1; PostHog's is https://eu.posthog.com/api/projects/ID/logs. */
  readonly url: string;
  /** Labels that all lines have. */
  readonly labels: Readonly<Record<string, string>>;
  /** Label with the name of the service. */
  readonly serviceLabel: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Lines of one answer; Loki's own limit is 5000. */
  readonly pageLines: number;
}

interface Entry {
  /** Nanoseconds since 1970. */
  readonly nanos: bigint;
  readonly line: string;
  readonly labels: Readonly<Record<string, unknown>>;
}

const NANOS_PER_MS = 1_000_000n;
const LEVEL_LABELS = ['detected_level', 'level', 'severity', 'severity_text'];
const TRACE_LABELS = ['trace_id', 'traceID', 'traceId'];

/**
 * Logs from Loki's API, and from PostHog's, which speaks it too. A page begins with the nanosecond of the last line before it,
 * because more lines may have the same; what was given already is left out.
 */
export function lokiSource(options: LokiSourceOptions, parts: { ask: AskServer; readLine: ReadLine }): LogSource {
  const { name, pageLines } = options;
  return {
    name,
    async *read({ service, from, to }, signal) {
      const query = selectorOf(options, service);
      const end = BigInt(Math.ceil(to)) * NANOS_PER_MS;
      let start = BigInt(Math.ceil(from)) * NANOS_PER_MS;
      let given: ReadonlySet<string> = new Set();
      for (;;) {
        const address = addressOf(options, { query, start, end });
        const reply = await parts.ask({ method: 'GET', url: address, headers: { ...options.headers }, signal });
        const entries = entriesOf(jsonOf(reply, name), name);
        const fresh = entries.filter((entry) => entry.nanos !== start || !given.has(keyOf(entry)));
        if (fresh.length > 0) yield fresh.map((entry) => lineOf(entry, service, parts.readLine));
        const last = entries.at(-1)?.nanos;
        if (entries.length < pageLines || last === undefined) return;
        if (last === start) throw tooManyAtOnce(options);
        given = new Set(entries.filter(({ nanos }) => nanos === last).map(keyOf));
        start = last;
      }
    },
  };
}

function selectorOf({ labels, serviceLabel }: LokiSourceOptions, service: string | undefined): string {
  if (service !== undefined) return labelSelector({ ...labels, [serviceLabel]: service });
  // A selector must name something that is not empty.
  return Object.keys(labels).length > 0 ? labelSelector(labels) : `{${serviceLabel}=~".+"}`;
}

function addressOf(options: LokiSourceOptions, of: { query: string; start: bigint; end: bigint }): string {
  const address = new URL(`${options.url.replace(/\/+$/, '')}/loki/api/v1/query_range`);
  const { query, start, end } = of;
  const parameters = { query, start: String(start), end: String(end), limit: String(options.pageLines) };
  for (const [parameter, value] of Object.entries({ ...parameters, direction: 'forward' })) {
    address.searchParams.set(parameter, value);
  }
  return address.href;
}

/** The lines of all streams together, oldest first. */
function entriesOf(json: Json, source: string): Entry[] {
  const data = isObject(json) && isObject(json.data) ? json.data : undefined;
  const streams = asArray(data?.result);
  if (data?.resultType !== 'streams' || streams === undefined) throw badReply(source, 'answered without streams');
  const entries = streams.filter(isObject).flatMap(({ stream, values }) =>
    (asArray(values) ?? []).filter(Array.isArray).map(([nanos, line, metadata]): Entry => {
      const labels = { ...(isObject(stream) ? stream : {}), ...(isObject(metadata) ? metadata : {}) };
      return { nanos: BigInt(asString(nanos) ?? 0), line: asString(line) ?? '', labels };
    }),
  );
  return entries.sort((a, b) => (a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0));
}

/** Loki keeps equal lines of one stream and nanosecond once, so this tells lines apart. */
function keyOf({ nanos, line, labels }: Entry): string {
  return JSON.stringify([String(nanos), labels, line]);
}

function lineOf({ nanos, line: text, labels }: Entry, service: string | undefined, readLine: ReadLine): LogLine {
  const line = readLine(text, Buffer.byteLength(text));
  const labelled = (names: readonly string[]) => names.map((label) => asString(labels[label])).find(Boolean);
  const level = labelled(LEVEL_LABELS);
  return {
    ...line,
    service,
    time: Number(nanos / NANOS_PER_MS),
    severity: level === undefined || level === 'unknown' ? line.severity : level,
    traceId: traceIdOf(labelled(TRACE_LABELS)) ?? line.traceId,
  };
}

function tooManyAtOnce({ name, pageLines }: LokiSourceOptions): Error {
  return badReply(
    name,
    `has more than ${pageLines} lines at the same nanosecond; raise logs.sources.${name}.page_lines, and Loki's max_entries_limit_per_query`,
  );
}
