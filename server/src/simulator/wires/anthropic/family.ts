import type { FieldProblem } from '../../check-fields.ts';
import type { JsonObject } from '../../json.ts';
import { newId } from '../../new-id.ts';
import type { RateReading } from '../../rate-meter.ts';
import { WireError, type WireErrorFields } from '../../wire-error.ts';
import type { WireFamily } from '../family.ts';

export const anthropicFamily: WireFamily = {
  name: 'anthropic',
  credentialError: (credential) =>
    new WireError({
      status: 401,
      type: 'authentication_error',
      message: credential === undefined ? 'x-api-key header is required' : 'invalid x-api-key',
    }),
  encodeError: encodeAnthropicError,
  errorEvent: (fields, requestId) => ({
    name: 'error',
    data: encodeAnthropicError(fields, requestId),
    kind: 'terminator',
  }),
  fieldError: anthropicFieldError,
  newRequestId: () => newId('req_01'),
  replyHeaders: (requestId, reading) => ({
    'request-id': requestId,
    'anthropic-organization-id': '00000000-0000-4000-8000-000000000000',
    ...anthropicRateHeaders(reading),
  }),
};

function encodeAnthropicError(fields: WireErrorFields, requestId: string): JsonObject {
  const spent = fields.type === 'insufficient_quota';
  const error: JsonObject = { type: spent ? 'rate_limit_error' : fields.type, message: fields.message };
  if (spent) error.details = { error_code: 'enforced_spend_limit_reached' };
  return { type: 'error', error, request_id: requestId };
}

function anthropicFieldError(problem: FieldProblem): WireError {
  const path = problem.path.replaceAll(/\[(\d+)\]/g, '.$1');
  const what =
    problem.problem === 'missing' ? 'Field required' : `Input should be ${problem.expected}, not ${problem.got}`;
  return anthropicRefusal(`${path}: ${what}`, path);
}

export function anthropicRefusal(message: string, param?: string): WireError {
  return new WireError({ status: 400, type: 'invalid_request_error', message, param });
}

function anthropicRateHeaders(reading: RateReading): Record<string, string> {
  const reset = new Date(Date.now() + reading.resetMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const headers: Record<string, string> = {
    'anthropic-ratelimit-requests-limit': String(reading.requestLimit),
    'anthropic-ratelimit-requests-remaining': String(reading.requestsLeft),
    'anthropic-ratelimit-requests-reset': reset,
  };
  for (const kind of ['tokens', 'input-tokens', 'output-tokens']) {
    headers[`anthropic-ratelimit-${kind}-limit`] = String(reading.tokenLimit);
    headers[`anthropic-ratelimit-${kind}-remaining`] = String(reading.tokensLeft);
    headers[`anthropic-ratelimit-${kind}-reset`] = reset;
  }
  return headers;
}
