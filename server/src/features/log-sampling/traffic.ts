import type { LogSeverity } from '@weir/contract';

/** Lines of one window that a policy cannot tell apart: one first-level signature, one severity. */
export interface TrafficGroup {
  /** Id of the pattern that the signature belongs to. */
  readonly pattern: string;
  /** 14 hexadecimal digits. */
  readonly signature: string;
  /** undefined: the lines say none. */
  readonly severity: LogSeverity | undefined;
  readonly lines: number;
  /** UTF-8 bytes of those lines. */
  readonly bytes: number;
}

/** ERROR and above are kept whatever a policy says. */
export function isProtected(severity: LogSeverity | undefined): boolean {
  return severity === 'ERROR' || severity === 'CRITICAL';
}
