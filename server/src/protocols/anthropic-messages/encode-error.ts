import type { WeirError } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { contextOverflow } from '../context-overflow.ts';
import { eventText } from './stream/event-text.ts';

const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export function encodeError(error: WeirError, requestId: string): JsonObject {
  const details = detailsOf(error);
  return {
    type: 'error',
    error: {
      type: errorType(error.status),
      message: messageOf(error),
      ...(Object.keys(details).length === 0 ? {} : { details }),
    },
    request_id: requestId,
  };
}

/** The error as an event of a stream; nothing may follow it. */
export function encodeStreamError(error: WeirError, requestId: string): string {
  const { type, ...fields } = encodeError(error, requestId);
  return eventText(String(type), fields);
}

function errorType(status: number): string {
  return TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
}

/** Agents recognise a prompt that is too long by this wire's wording alone, whichever provider refused it. */
function messageOf(error: WeirError): string {
  const overflow = contextOverflow(error);
  if (overflow === undefined) return error.message;
  const { sentTokens, maxTokens } = overflow;
  return sentTokens === undefined || maxTokens === undefined
    ? `prompt is too long: ${error.message}`
    : `prompt is too long: ${sentTokens} tokens > ${maxTokens} maximum`;
}

/** The SDK's word for a spend limit is ours for a budget, so that its users recognise it. */
function detailsOf(error: WeirError): JsonObject {
  return {
    ...(error.code === 'limit.budget' ? { error_code: 'enforced_spend_limit_reached' } : {}),
    ...(error.param === undefined ? {} : { param: error.param }),
    ...(error.details as { [key: string]: Json }),
  };
}
