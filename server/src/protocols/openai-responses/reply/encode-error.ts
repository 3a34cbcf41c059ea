import type { WeirError } from '../../../kernel/errors.ts';
import { asString, type JsonObject } from '../../../kernel/json.ts';

/** OpenAI's error body. The provider's own type and code win over Weir's when the failure came from there. */
export function encodeError(error: WeirError): JsonObject {
  const { provider_type: type, provider_code: code, ...details } = error.details;
  return {
    error: {
      message: error.message,
      type: asString(type) ?? typeOf(error.status),
      param: error.param ?? null,
      code: asString(code) ?? error.code,
      ...(Object.keys(details).length > 0 && { details: details as JsonObject }),
    },
  };
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  if (status === 402) return 'insufficient_quota';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

/** The last event of a stream that broke: the documented flat fields, and the `error` object the clients look for. */
export function encodeErrorEvent(error: WeirError, sequence: number): string {
  const body = encodeError(error).error as JsonObject;
  const { code = null, message, param = null } = body;
  const data = { type: 'error', sequence_number: sequence, code, message, param, error: body };
  return `event: error\ndata: ${JSON.stringify(data)}\n\n`;
}
