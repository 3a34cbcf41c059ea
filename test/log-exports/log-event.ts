/** A log line as the evaluators take it; each puts it into the shape that its tool would see. */
export interface LogEvent {
  readonly message: string;
  /** As applications write it: DEBUG, INFO, WARNING, ERROR, CRITICAL, FATAL...; absent: the line states none. */
  readonly severity?: string | undefined;
  /** 32 hexadecimal digits. */
  readonly traceId?: string | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /** Seconds since the first event; only throttles look at it. Absent: 0. */
  readonly atSeconds?: number | undefined;
}

/** What became of one event. */
export interface Verdict {
  readonly kept: boolean;
  /** The record as it leaves the tool, with everything stamped on it; absent when dropped. */
  readonly record?: Readonly<Record<string, unknown>>;
}

/** Names under which a structured line carries its parts in tools that have no names of their own for them. */
export interface FieldNames {
  readonly message: string;
  readonly severity: string;
  readonly traceId: string;
}

export const DEFAULT_FIELDS: FieldNames = { message: 'message', severity: 'severity', traceId: 'trace_id' };

/** The event as one flat record: attributes beside message, severity and trace id. */
export function flatRecord(event: LogEvent, fields: FieldNames): Record<string, unknown> {
  return {
    ...event.attributes,
    [fields.message]: event.message,
    ...(event.severity === undefined ? {} : { [fields.severity]: event.severity }),
    ...(event.traceId === undefined ? {} : { [fields.traceId]: event.traceId }),
  };
}
