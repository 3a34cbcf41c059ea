import { type Answer, type Asked, serveHttp } from './serve-http.ts';

/** A row as PostHog's API shows it, as far as it matters here. */
export interface PostHogRow {
  readonly uuid: string;
  /** Microseconds since 1970. */
  readonly micros: bigint;
  readonly service: string;
  readonly body: string;
  readonly severity: string;
  /** 32 hexadecimal digits, or empty. */
  readonly trace: string;
}

export const POSTHOG_KEY = 'phx_a-personal-key';
const MOST_LINES = 1000;

/**
 * PostHog's `POST /api/projects/:id/logs/query` as its source does it: the key must be right, the range must be there, limits
 * beyond its own are cut, pages go by a cursor of time and uuid, and one line more than the limit tells that there are more.
 */
export async function startFakePostHog(rows: () => readonly PostHogRow[]) {
  let limited = 0;
  const server = await serveHttp((asked) => {
    if (limited-- > 0) return { status: 429, headers: { 'retry-after': '3' }, body: { type: 'throttled_error' } };
    return answer(asked, rows());
  });
  return {
    ...server,
    limitNext(requests: number) {
      limited = requests;
    },
  };
}

function answer(asked: Asked, rows: readonly PostHogRow[]): Answer {
  if (asked.headers.authorization !== `Bearer ${POSTHOG_KEY}`)
    return { status: 401, body: { type: 'authentication_error' } };
  if (asked.method !== 'POST' || !/^\/api\/projects\/7\/logs\/query\/?$/.test(asked.path)) {
    return { status: 404, body: { type: 'invalid_request' } };
  }
  const { query } = JSON.parse(asked.body);
  if (query?.dateRange?.date_from === undefined || query.dateRange.date_to === undefined) {
    return { status: 400, body: { type: 'validation_error', detail: 'dateRange' } };
  }
  const [from, to] = [Date.parse(query.dateRange.date_from), Date.parse(query.dateRange.date_to)].map(
    (ms) => BigInt(ms) * 1000n,
  );
  const cursor = query.after === undefined ? undefined : JSON.parse(Buffer.from(query.after, 'base64').toString());
  const limit = Math.min(query.limit ?? 1000, MOST_LINES);
  const found = rows
    .filter(({ micros }) => micros >= (from ?? 0n) && micros <= (to ?? 0n))
    .filter(({ service }) => query.serviceNames.length === 0 || query.serviceNames.includes(service))
    .sort(byTime)
    .filter((row) => cursor === undefined || byTime(row, { micros: BigInt(cursor.timestamp), uuid: cursor.uuid }) > 0);
  if (query.orderBy !== 'earliest') found.reverse();
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const hasMore = found.length > limit;
  const next = JSON.stringify({ timestamp: String(last?.micros), uuid: last?.uuid });
  return {
    body: {
      query,
      results: page.map(shown),
      hasMore,
      nextCursor: hasMore ? Buffer.from(next).toString('base64') : null,
    },
  };
}

type Place = Pick<PostHogRow, 'micros' | 'uuid'>;

function byTime(a: Place, b: Place): number {
  if (a.micros !== b.micros) return a.micros < b.micros ? -1 : 1;
  return a.uuid < b.uuid ? -1 : a.uuid > b.uuid ? 1 : 0;
}

function shown({ uuid, micros, service, body, severity, trace }: PostHogRow): object {
  const timestamp = `${new Date(Number(micros / 1000n)).toISOString().slice(0, -1)}${String(micros % 1000n).padStart(3, '0')}+00:00`;
  return {
    ...{ uuid, trace_id: trace, span_id: '', body, attributes: {}, timestamp, observed_timestamp: timestamp },
    ...{
      severity_text: severity,
      severity_number: 9,
      level: severity,
      resource_attributes: { 'service.name': service },
    },
    ...{ resource_fingerprint: '17', instrumentation_scope: '', event_name: '' },
  };
}
