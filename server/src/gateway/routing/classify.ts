import { type ErrorCode, WeirError } from '../../kernel/errors.ts';
import { isObject, parseJson } from '../../kernel/json.ts';
import type { UpstreamErrorBody } from '../../ports/protocol.ts';

/** An upstream's HTTP error as Weir's error. `wire` and `body` go along so that a client of the same wire gets them unmodified. */
export function upstreamError(of: {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
  wire: string;
  provider: string;
  readError: (json: unknown) => UpstreamErrorBody;
  nowMs: number;
}): WeirError {
  const contentType = header(of.headers, 'content-type') ?? '';
  const json = contentType.includes('json') || looksLikeJson(of.body) ? parseJson(of.body.toString('utf8')) : undefined;
  const said = json === undefined ? {} : of.readError(json);
  const code = codeOf(of.status, said);
  const secretive = code === 'upstream.auth';
  const retryAfterMs = retryAfter(of.headers, of.nowMs);
  return new WeirError(code, {
    message: secretive
      ? `The provider ${of.provider} refused Weir's credential (HTTP ${of.status}). Check the key configured for it.`
      : `${of.provider} answered ${of.status}${said.message === undefined ? '' : `: ${said.message}`}`,
    ...(said.param === undefined ? {} : { param: said.param }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(passesStatus(code) ? { status: of.status } : {}),
    retryable: isRetryable(of.status, retryAfterMs, said),
    details: { upstream_status: of.status, ...(said.type === undefined ? {} : { upstream_type: said.type }) },
    ...(secretive || !isObject(json)
      ? {}
      : {
          upstream: { status: of.status, wire: of.wire, contentType: contentType || 'application/json', body: of.body },
        }),
  });
}

function codeOf(status: number, said: UpstreamErrorBody): ErrorCode {
  if (status < 400) return 'upstream.bad_reply';
  if (status === 401 || status === 403) return 'upstream.auth';
  if (status === 429) return 'upstream.rate_limited';
  if (status === 408 || status === 504) return 'upstream.timeout';
  if (status === 404 && `${said.type} ${said.code} ${said.message}`.includes('model')) return 'model.unknown';
  if (status === 413) return 'request.too_large';
  if (status >= 500 || status === 409) return 'upstream.unavailable';
  return 'upstream.rejected';
}

/** Statuses that mean something to the client's SDK beyond our table (422, 529) pass; our credential's fault and redirects do not. */
function passesStatus(code: ErrorCode): boolean {
  return code !== 'upstream.auth' && code !== 'upstream.bad_reply';
}

function isRetryable(status: number, retryAfterMs: number | undefined, said: UpstreamErrorBody): boolean {
  if (status === 429)
    return retryAfterMs !== undefined && !/quota|billing|spend|credit/i.test(`${said.type} ${said.code}`);
  return status === 408 || status === 409 || status >= 500;
}

/** retry-after-ms, or retry-after in seconds or as an HTTP date, in milliseconds from now. */
export function retryAfter(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  nowMs: number,
): number | undefined {
  const ms = Number(header(headers, 'retry-after-ms') || Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const value = header(headers, 'retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

export function header(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  name: string,
): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function looksLikeJson(body: Buffer): boolean {
  return body.length > 0 && (body[0] === 0x7b || body[0] === 0x5b);
}

/** A failure below HTTP: refused, reset, DNS, TLS, timeouts of the socket. */
export function connectionError(error: Error & { code?: string }, provider: string): WeirError {
  const code = error.code ?? (error.cause as { code?: string } | undefined)?.code ?? '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new WeirError('upstream.timeout', {
      message: `${provider} could not be reached in time.`,
      details: { phase: 'connect' },
      cause: error,
    });
  }
  if (code === 'WEIR_EGRESS_DENIED') return new WeirError('egress.denied', { message: error.message });
  const tls = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|EPROTO/.test(code);
  return new WeirError('upstream.unavailable', {
    status: 502,
    message: tls ? `The TLS certificate of ${provider} could not be trusted.` : `The connection to ${provider} failed.`,
    retryable: !tls,
    details: { phase: tls ? 'tls' : 'connection', reason: code === '' ? error.name : code },
    cause: error,
  });
}
