import { type ErrorCode, WeirError } from '../kernel/errors.ts';
import { compact } from '../kernel/json.ts';
import type { UpstreamErrorBody } from '../ports/protocol.ts';

const MAX_MESSAGE = 500;

/** An error event of a running stream, judged by the HTTP status the same failure has outside of streams. */
export function failureEvent(status: number, said: UpstreamErrorBody): WeirError {
  const code = codeOf(status);
  return new WeirError(code, {
    // What a provider says of our credential may hold parts of it.
    ...(said.message === undefined || code === 'upstream.auth' ? {} : { message: said.message.slice(0, MAX_MESSAGE) }),
    details: compact({ type: 'upstream_error_event', upstream_type: said.type, upstream_code: said.code }),
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'upstream.auth';
  if (status === 429) return 'upstream.rate_limited';
  if (status === 408 || status === 504) return 'upstream.timeout';
  return status >= 400 && status < 500 ? 'upstream.rejected' : 'upstream.unavailable';
}

export function malformedEvent(): WeirError {
  return new WeirError('upstream.bad_reply', { details: { type: 'malformed_event' } });
}

export function truncatedStream(): WeirError {
  return new WeirError('upstream.bad_reply', {
    message: 'The provider ended the stream before the reply was complete.',
    details: { type: 'upstream_truncated' },
  });
}

export function unexpectedReply(problem: string): WeirError {
  return new WeirError('upstream.bad_reply', {
    message: `The provider sent a reply that cannot be understood: ${problem}.`,
    details: { type: 'unexpected_shape' },
  });
}
