import { type ErrorCode, toWeirError, WeirError } from '../kernel/errors.ts';

/** What crosses between threads instead of an Error, which would lose its fields there. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly param: string | undefined;
  readonly details: Record<string, unknown>;
  readonly retryAfterMs: number | undefined;
  /** What a driver said; for the log. */
  readonly cause: string | undefined;
}

export function toFailure(thrown: unknown): Failure {
  const { code, message, status, retryable, param, details, retryAfterMs, cause } = toWeirError(thrown);
  const said = cause instanceof Error ? cause.message : undefined;
  return { code, message, status, retryable, param, details, retryAfterMs, cause: said };
}

export function fromFailure({ code, param, retryAfterMs, cause, ...rest }: Failure): WeirError {
  return new WeirError(code, {
    ...rest,
    ...(param === undefined ? {} : { param }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(cause === undefined ? {} : { cause: new Error(cause) }),
  });
}
