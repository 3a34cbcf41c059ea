import type { LogSeverity } from '@weir/contract';

/** UNKNOWN: the line says a severity that nobody can read; such lines are kept. */
export type LineSeverity = LogSeverity | 'UNKNOWN';

/** Lines of one window that a policy cannot tell apart: one first-level signature, one severity. */
export interface TrafficGroup {
  /** Id of the pattern that the signature belongs to. */
  readonly pattern: string;
  /** 14 hexadecimal digits. */
  readonly signature: string;
  /** undefined: the lines say none. */
  readonly severity: LineSeverity | undefined;
  readonly lines: number;
  /** UTF-8 bytes of those lines. */
  readonly bytes: number;
}

/** Lines of these are kept whatever a policy says. */
export function isProtected(severity: LineSeverity | undefined): severity is 'ERROR' | 'CRITICAL' | 'UNKNOWN' {
  return severity === 'ERROR' || severity === 'CRITICAL' || severity === 'UNKNOWN';
}
