import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { LogLine } from '../../ports/log-source.ts';
import type { ReadLine } from '../read-line.ts';
import { traceIdOf } from '../trace-id.ts';
import { listOf, membersOf, plainOf, sizeOf, textOf } from './any-value.ts';
import { severityOf } from './severity.ts';

/** The lines of one service in a request. */
export interface ReceivedLines {
  readonly service: string;
  readonly lines: LogLine[];
}

export interface ReadRequest {
  readonly services: readonly ReceivedLines[];
  /** Log records that are none. */
  readonly rejected: number;
}

/** As the specification calls a service that says no name. */
const NAMELESS = 'unknown_service';
const MOST_SERVICE_NAME = 200;
/** Characters of a body that are looked at; its bytes are counted all the same. */
const MOST_BODY = 65_536;

/** The lines of an ExportLogsServiceRequest in its JSON form. */
export function linesOfRequest(request: JsonObject, readLine: ReadLine): ReadRequest {
  const services = new Map<string, ReceivedLines>();
  let rejected = 0;
  for (const resourceLogs of listOf(request.resourceLogs)) {
    const { resource, scopeLogs } = isObject(resourceLogs) ? resourceLogs : {};
    const service = serviceOf(resource);
    const received = services.get(service) ?? { service, lines: [] };
    for (const scope of listOf(scopeLogs)) {
      for (const record of listOf(isObject(scope) ? scope.logRecords : undefined)) {
        if (isObject(record)) received.lines.push(lineOf(record, service, readLine));
        else rejected++;
      }
    }
    if (received.lines.length > 0) services.set(service, received);
  }
  return { services: [...services.values()], rejected };
}

function serviceOf(resource: unknown): string {
  const { 'service.name': name } = membersOf(isObject(resource) ? resource.attributes : undefined);
  const text = textOf(name).trim().slice(0, MOST_SERVICE_NAME);
  return text === '' ? NAMELESS : text;
}

function lineOf(record: JsonObject, service: string, readLine: ReadLine): LogLine {
  const said = textOf(plainOf(record.body));
  const text = said === '' ? textOf(record.eventName) : said;
  const bytes = Buffer.byteLength(text) + sizeOf(membersOf(record.attributes));
  const line = readLine(text.slice(0, MOST_BODY), bytes);
  return {
    ...line,
    service,
    time: millisecondsOf(record.timeUnixNano) ?? millisecondsOf(record.observedTimeUnixNano) ?? line.time,
    severity: severityOf(record.severityNumber, record.severityText) ?? line.severity,
    traceId: traceIdOf(record.traceId) ?? line.traceId,
  };
}

const NANOS_PER_MS = 1_000_000;

/** Nanoseconds come as text and as numbers; 0 is unknown. */
function millisecondsOf(nanos: unknown): number | undefined {
  if (typeof nanos !== 'string' && typeof nanos !== 'number') return undefined;
  const value = Number(nanos);
  return Number.isFinite(value) && value > 0 ? Math.floor(value / NANOS_PER_MS) : undefined;
}
