import { ERRORS, type ErrorCode } from '../kernel/errors.ts';
import { quoted } from '../kernel/quoted.ts';
import type { UsageRecord } from '../kernel/usage-record.ts';
import type { Clock } from '../ports/clock.ts';
import { LineBatch, type LogDestination } from './line-batch.ts';
import type { LogLevel } from './logger.ts';

export interface CallLogOptions {
  readonly destination: LogDestination;
  readonly clock: Clock;
  /** Least level that is written. */
  readonly level: LogLevel;
  /** Characters held for a destination that is stuck, before lines are dropped; default 4 Mi. */
  readonly maxPendingCharacters?: number;
}

/** What is known of a request that was refused before it became a call. */
export interface RejectedRequest {
  readonly requestId: string;
  /** HTTP status the client got. */
  readonly status: number;
  /** Absent before authentication. */
  readonly projectId?: string | undefined;
  readonly userId?: string | undefined;
}

/** One line per call, success or failure. Never prompt text, keys or credentials. */
export interface CallLog {
  /** Appends the line of a settled call; never waits, never throws. */
  observe(record: UsageRecord): void;
  rejected(code: ErrorCode, request: RejectedRequest): void;
  /** The line of what the HTTP parser refused: not known to be a call. */
  refused(code: ErrorCode, request: RejectedRequest): void;
  /** Lines lost because the destination does not take them. */
  dropped(): number;
  /** Hands everything over now. */
  flush(): void;
}

export function callLog(options: CallLogOptions): CallLog {
  const { clock } = options;
  const least = RANK[options.level];
  const batch = new LineBatch(options);
  const iso = isoCache();

  return {
    observe(record) {
      const level = levelOf(record.error_code);
      if (RANK[level] < least) return;
      batch.append(callLine(record, level, iso(clock.now())));
    },
    rejected(code, request) {
      const level = levelOf(code);
      if (RANK[level] < least) return;
      batch.append(rejectedLine(code, request, { level, at: iso(clock.now()) }));
    },
    refused(code, { requestId, status }) {
      const level = levelOf(code);
      if (RANK[level] < least) return;
      const line = { level, timestamp: iso(clock.now()), event: 'request_refused', request_id: requestId };
      batch.append(`${JSON.stringify({ ...line, error_code: code, status })}\n`);
    },
    dropped: () => batch.dropped,
    flush: () => batch.flush(),
  };
}

const RANK: Record<LogLevel, number> = { debug: 20, info: 30, warn: 40, error: 50, silent: 100 };

/** Failures of the client or of a policy are warnings; ours and the upstream's are errors. */
function levelOf(code: ErrorCode | null): LogLevel {
  if (code === null) return 'info';
  const { fault } = ERRORS[code];
  return fault === 'client' || fault === 'policy' ? 'warn' : 'error';
}

/** Written by hand: names and order are fixed, and only labels that clients choose need escaping. */
function callLine(record: UsageRecord, level: LogLevel, at: string): string {
  return (
    `{"level":"${level}","timestamp":"${at}","event":"${record.success ? 'llm_request_completed' : 'llm_request_failed'}",` +
    `"request_id":"${record.request_id}","agent_type":${label(record.agent_type)},"project_id":${label(record.project_id)},` +
    `"user_id":${label(record.user_id)},"provider":${label(record.provider)},"model":${label(record.model)},` +
    `"tokens_used":${record.tokens_used},"cost_usd":${record.cost_usd},"response_time_ms":${record.response_time_ms},` +
    `"success":${record.success},"error_code":${code(record.error_code)},"status":${record.status},` +
    `"attempts":${record.attempts.length},"stream":${record.stream}}\n`
  );
}

function rejectedLine(error: ErrorCode, request: RejectedRequest, of: { level: LogLevel; at: string }): string {
  return (
    `{"level":"${of.level}","timestamp":"${of.at}","event":"llm_request_failed","request_id":"${request.requestId}",` +
    `"agent_type":null,"project_id":${label(request.projectId)},"user_id":${label(request.userId)},"provider":null,` +
    `"model":null,"tokens_used":0,"cost_usd":0,"response_time_ms":0,"success":false,"error_code":"${error}",` +
    `"status":${request.status},"attempts":0,"stream":false}\n`
  );
}

function code(of: ErrorCode | null): string {
  return of === null ? 'null' : `"${of}"`;
}

const MAX_LABEL_CHARACTERS = 256;

function label(value: string | null | undefined): string {
  if (value === null || value === undefined) return 'null';
  return quoted(value.length > MAX_LABEL_CHARACTERS ? value.slice(0, MAX_LABEL_CHARACTERS) : value);
}

/** ISO 8601 with milliseconds; the calendar is worked out once a second. */
function isoCache(): (nowMs: number) => string {
  let second = -1;
  let prefix = '';
  return (nowMs) => {
    const current = Math.floor(nowMs / 1000);
    if (current !== second) {
      second = current;
      prefix = new Date(current * 1000).toISOString().slice(0, -4);
    }
    return `${prefix}${String(Math.floor(nowMs) - current * 1000).padStart(3, '0')}Z`;
  };
}
