import type { WeirError } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { contextOverflow } from '../context-overflow.ts';

/** OpenAI's error types by status; what is not listed is the client's below 500 and the server's from there on. */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  429: 'rate_limit_error',
};

/** `code` is Weir's own but for prompts that are too long; OpenAI's `type` decides what SDK users switch on. */
export function encodeOpenAiError(error: WeirError): JsonObject {
  const details = Object.keys(error.details).length === 0 ? {} : { details: error.details as Json };
  return {
    error: {
      message: error.message,
      type: TYPES[error.status] ?? (error.status < 500 ? 'invalid_request_error' : 'server_error'),
      param: error.param ?? null,
      code: contextOverflow(error) === undefined ? error.code : 'context_length_exceeded',
      ...details,
    },
  };
}

/** In a running stream an error is one more data event; the SDKs throw on any event that has `error`. */
export function encodeOpenAiStreamError(error: WeirError): string {
  return `data: ${JSON.stringify(encodeOpenAiError(error))}\n\n`;
}
