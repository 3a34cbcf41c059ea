import { type ErrorCode, WeirError } from '../../kernel/errors.ts';
import { asObject, asString, compact } from '../../kernel/json.ts';
import type { UpstreamErrorBody } from '../../ports/protocol.ts';

interface ErrorMeaning {
  readonly code: ErrorCode;
  /** What Anthropic answers with when the same error comes before the stream. */
  readonly status: number;
}

const MEANINGS: ReadonlyMap<string, ErrorMeaning> = new Map<string, ErrorMeaning>([
  ['overloaded_error', { code: 'upstream.unavailable', status: 529 }],
  ['api_error', { code: 'upstream.unavailable', status: 500 }],
  ['timeout_error', { code: 'upstream.timeout', status: 504 }],
  ['rate_limit_error', { code: 'upstream.rate_limited', status: 429 }],
  ['authentication_error', { code: 'upstream.auth', status: 502 }],
  ['permission_error', { code: 'upstream.auth', status: 502 }],
  ['billing_error', { code: 'upstream.auth', status: 502 }],
  ['invalid_request_error', { code: 'upstream.rejected', status: 400 }],
  ['not_found_error', { code: 'upstream.rejected', status: 404 }],
  ['request_too_large', { code: 'upstream.rejected', status: 413 }],
]);
const UNKNOWN: ErrorMeaning = { code: 'upstream.unavailable', status: 500 };

/** Reads `{type: "error", error: {...}}` and the looser shapes of clouds that speak this wire. */
export function readError(json: unknown): UpstreamErrorBody {
  const body = asObject(json) ?? {};
  const error = asObject(body.error);
  const details = asObject(error?.details);
  return compact({
    message: asString(error?.message) ?? asString(body.message) ?? asString(body.Message) ?? asString(body.error),
    type: asString(error?.type) ?? asString(body.__type),
    code: asString(details?.error_code) ?? asString(error?.code) ?? asString(body.code),
    param: asString(error?.param),
  });
}

/** The error an `error` event of a running stream stands for. What it says of our credential is not repeated. */
export function streamError(data: string, json: unknown): WeirError {
  const { message, type } = readError(json);
  const { code, status } = MEANINGS.get(type ?? '') ?? UNKNOWN;
  const isPrivate = code === 'upstream.auth';
  return new WeirError(code, {
    status,
    details: compact({ type }),
    ...compact({ message: isPrivate ? undefined : message }),
    ...(isPrivate
      ? {}
      : { upstream: { status, wire: 'anthropic-messages', contentType: 'application/json', body: Buffer.from(data) } }),
  });
}
