import { type ErrorCode, WeirError } from '../../kernel/errors.ts';
import { compact, type Json } from '../../kernel/json.ts';
import { readErrorBody } from './read-error.ts';

/** First match wins; tried on the error's code and type, lower case. Spend caps come before rate limits. */
const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/insufficient_quota|billing|^402$/, 'upstream.rate_limited'],
  [/rate_limit|too_many_requests|^429$/, 'upstream.rate_limited'],
  [/timeout|^408$|^504$/, 'upstream.timeout'],
  [/authentication|invalid_api_key|permission|^401$|^403$/, 'upstream.auth'],
  [/overloaded|unavailable|server_error|internal|api_error|^5\d\d$/, 'upstream.unavailable'],
  [/invalid_request|context_length|content_filter|not_found|unsupported|^4\d\d$/, 'upstream.rejected'],
];

const MAX_MESSAGE = 500;

/** An error that arrived inside a stream or a 200 reply, as Weir's own. */
export function readStreamError(error: Json | undefined): WeirError {
  const { message, type, code } = readErrorBody({ error });
  const words = `${code ?? ''} ${type ?? ''}`.toLowerCase().split(' ');
  const row = CODES.find(([pattern]) => words.some((word) => pattern.test(word)));
  const mapped = row?.[1] ?? 'upstream.unavailable';
  const spent = row === CODES[0];
  return new WeirError(mapped, {
    // What a provider says of our credential may hold parts of it.
    ...(message === undefined || mapped === 'upstream.auth' ? {} : { message: message.slice(0, MAX_MESSAGE) }),
    ...(spent ? { retryable: false } : {}),
    details: compact({ type: 'upstream_error_event', upstream_type: type, upstream_code: code }),
  });
}
