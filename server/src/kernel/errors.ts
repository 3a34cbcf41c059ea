/** Whose mistake an error is: decides log level and whether a breaker counts it. */
export type Fault = 'client' | 'policy' | 'upstream' | 'weir';

interface ErrorRow {
  /** HTTP status the client sees. */
  readonly status: number;
  /** May the same call be tried again as it is, after a pause? */
  readonly retryable: boolean;
  readonly fault: Fault;
  /** Class name in the seeds' vocabulary, shown as `details.type`. */
  readonly name: string;
  /** Safe to show to anybody: no secret, no address, no user text. */
  readonly message: string;
}

/** Every error Weir can give. Retry, breaker, log level, metric labels and the reference page read this table. */
export const ERRORS = {
  'request.invalid': row(400, false, 'client', 'InvalidRequestError', 'The request is not valid.'),
  'request.too_large': row(413, false, 'client', 'InvalidRequestError', 'The request is too large.'),
  'auth.missing': row(
    401,
    false,
    'client',
    'AuthenticationError',
    'No API key was sent. Send a Weir key as "Authorization: Bearer weir_...".',
  ),
  'auth.invalid': row(
    401,
    false,
    'client',
    'AuthenticationError',
    'The API key is not valid: unknown, revoked or expired.',
  ),
  'auth.denied': row(403, false, 'client', 'AuthenticationError', 'This key may not do that.'),
  'resource.not_found': row(404, false, 'client', 'InvalidRequestError', 'There is no such resource.'),
  'credential.not_found': row(404, false, 'client', 'NotFoundError', 'No credential is stored for this provider.'),
  'model.unknown': row(404, false, 'client', 'InvalidRequestError', 'No provider or route is known for this model.'),
  'method.not_allowed': row(405, false, 'client', 'InvalidRequestError', 'This path does not take that method.'),
  conflict: row(409, false, 'client', 'InvalidRequestError', 'The request conflicts with the current state.'),
  'idempotency.mismatch': row(
    422,
    false,
    'client',
    'InvalidRequestError',
    'This Idempotency-Key was used with another body.',
  ),
  'egress.denied': row(400, false, 'policy', 'InvalidRequestError', 'The address is not allowed by the egress policy.'),
  'limit.rate': row(429, true, 'policy', 'RateLimitError', 'A rate limit was reached.'),
  'limit.budget': row(402, false, 'policy', 'BudgetError', 'The budget is exhausted.'),
  'approval.required': row(402, false, 'policy', 'BudgetError', 'The call waits for an approval.'),
  'guard.blocked': row(400, false, 'policy', 'GuardrailError', 'A guardrail blocked the request.'),
  'reply.invalid': row(502, false, 'upstream', 'ValidationError', 'The reply of the model is not valid.'),
  'upstream.rate_limited': row(429, true, 'upstream', 'RateLimitError', 'The provider is limiting our requests.'),
  'upstream.unavailable': row(503, true, 'upstream', 'ProviderError', 'The provider could not be reached or failed.'),
  'upstream.timeout': row(504, true, 'upstream', 'TimeoutError', 'The provider did not answer in time.'),
  'upstream.auth': row(502, false, 'upstream', 'AuthenticationError', 'The provider refused our credential.'),
  'upstream.rejected': row(400, false, 'client', 'InvalidRequestError', 'The provider rejected the request.'),
  'upstream.bad_reply': row(
    502,
    true,
    'upstream',
    'ProviderError',
    'The provider sent a reply that cannot be understood.',
  ),
  'call.cancelled': row(499, false, 'client', 'CancelledError', 'The client went away before the reply was complete.'),
  'store.unavailable': row(503, true, 'weir', 'ServiceUnavailableError', 'The data store is not available.'),
  'server.draining': row(
    503,
    true,
    'weir',
    'ServiceUnavailableError',
    'The server is shutting down. Try again: another instance will answer.',
  ),
  'server.overloaded': row(
    503,
    true,
    'weir',
    'ServiceUnavailableError',
    'The server has more to do than it can. Try again in a moment.',
  ),
  'config.invalid': row(500, false, 'client', 'ConfigurationError', 'The configuration is not valid.'),
  bug: row(
    500,
    false,
    'weir',
    'InternalError',
    'Something went wrong inside Weir. The request id finds it in the log.',
  ),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** What the upstream answered, kept so that a client of the same wire receives it unmodified. */
export interface UpstreamFailure {
  readonly status: number;
  readonly wire: string;
  readonly contentType: string;
  readonly body: Buffer;
}

export interface WeirErrorOptions {
  /** Replaces the table's message; must be safe to show. */
  readonly message?: string;
  /** The request field at fault, in the client's spelling (`messages[2].content`). */
  readonly param?: string;
  /** Machine-readable context for the reply: scope, limit, attempt... never user text or secrets. */
  readonly details?: Record<string, unknown>;
  /** How long to wait before another try, in milliseconds; absent when unknown. */
  readonly retryAfterMs?: number;
  /** Overrides the table's verdict, e.g. a 429 from a spend cap. */
  readonly retryable?: boolean;
  /** Overrides the table's status, for upstream 4xx that pass through. */
  readonly status?: number;
  readonly upstream?: UpstreamFailure;
  readonly cause?: unknown;
}

const BRAND = Symbol.for('weir.error');

/** The one error class. Translated twice only: where the provider's answer arrives and where ours leaves. */
export class WeirError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly param: string | undefined;
  readonly details: Record<string, unknown>;
  readonly retryAfterMs: number | undefined;
  readonly upstream: UpstreamFailure | undefined;

  constructor(code: ErrorCode, options: WeirErrorOptions = {}) {
    super(options.message ?? ERRORS[code].message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.name = ERRORS[code].name;
    this.status = options.status ?? ERRORS[code].status;
    this.retryable = options.retryable ?? ERRORS[code].retryable;
    this.param = options.param;
    this.details = options.details ?? {};
    this.retryAfterMs = options.retryAfterMs;
    this.upstream = options.upstream;
    Object.defineProperty(this, BRAND, { value: true });
  }

  get fault(): Fault {
    return ERRORS[this.code].fault;
  }
}

/** True for a WeirError of any copy of this module. */
export function isWeirError(value: unknown): value is WeirError {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** Anything thrown becomes a WeirError: unknown things are bugs, with the original as the cause. */
export function toWeirError(thrown: unknown): WeirError {
  return isWeirError(thrown) ? thrown : new WeirError('bug', { cause: thrown });
}

/** Names of unknown fields are the client's text, which may be of any length. */
const MAX_PARAM = 128;

/** Shorthand for the commonest client error: names the field and what is wrong with it. */
export function invalidRequest(param: string, message: string): WeirError {
  const shown = param.length > MAX_PARAM ? `${param.slice(0, MAX_PARAM)}...` : param;
  return new WeirError('request.invalid', { param: shown, message: `${shown}: ${message}` });
}

function row(...[status, retryable, fault, name, message]: [number, boolean, Fault, string, string]): ErrorRow {
  return { status, retryable, fault, name, message };
}
