import { type ErrorCode, WeirError } from '../../../kernel/errors.ts';
import { asObject, asString, compact, type JsonObject } from '../../../kernel/json.ts';
import type { UpstreamErrorBody } from '../../../ports/protocol.ts';

/** Reads `{error: {...}}`, the flat body of an error event, or a message alone. */
export function readErrorBody(json: unknown): UpstreamErrorBody {
  const body = asObject(json);
  const inner = asObject(body?.error) ?? asObject(asObject(body?.response)?.error) ?? body;
  if (inner === undefined) return {};
  const code = typeof inner.code === 'number' ? String(inner.code) : asString(inner.code);
  const type = inner === body && body.type === 'error' ? undefined : asString(inner.type);
  const message = asString(inner.message) ?? asString(body?.error) ?? asString(body?.detail);
  return compact({ message, type, code, param: asString(inner.param) }) as UpstreamErrorBody;
}

/** A reply that says it failed, with the provider's own words where it gave some. */
export function failureOf(json: JsonObject): WeirError {
  const { message, code, type, param } = readErrorBody(json);
  return new WeirError(codeOf(code ?? type), {
    ...compact({ message, param }),
    details: compact({ provider_code: code, provider_type: type }),
  });
}

function codeOf(word: string | undefined): ErrorCode {
  switch (word) {
    case 'rate_limit_exceeded':
    case 'insufficient_quota':
    case 'rate_limit_error':
      return 'upstream.rate_limited';
    case undefined:
    case 'server_error':
    case 'server_is_overloaded':
    case 'internal_server_error':
    case 'vector_store_timeout':
      return 'upstream.unavailable';
    default:
      return 'upstream.rejected';
  }
}
