import { type ErrorCode, toWeirError, WeirError } from '../../kernel/errors.ts';

/** What crosses the thread boundary instead of an Error, which would lose its fields there. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  /** What the driver said; for the log. */
  readonly cause: string | null;
}

export function toThreadFailure(thrown: unknown): Failure {
  const { code, message, retryable, cause } = toWeirError(thrown);
  return { code, message, retryable, cause: cause instanceof Error ? cause.message : null };
}

export function fromThreadFailure({ code, message, retryable, cause }: Failure): WeirError {
  return new WeirError(code, { message, retryable, ...(cause === null ? {} : { cause: new Error(cause) }) });
}
