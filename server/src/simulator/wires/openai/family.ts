import type { FieldProblem } from '../../check-fields.ts';
import type { JsonObject } from '../../json.ts';
import { newId } from '../../new-id.ts';
import { durationText, type RateReading } from '../../rate-meter.ts';
import { WireError, type WireErrorFields } from '../../wire-error.ts';
import type { WireFamily } from '../family.ts';

export const openAiFamily: WireFamily = {
  name: 'openai',
  credentialError: (credential) =>
    new WireError({
      status: 401,
      type: 'invalid_request_error',
      code: credential === undefined ? undefined : 'invalid_api_key',
      message:
        credential === undefined
          ? 'No API key was sent. Send it as "Authorization: Bearer KEY".'
          : `This API key is not correct: ${masked(credential)}.`,
    }),
  encodeError: encodeOpenAiError,
  errorEvent: (fields) => ({
    data: encodeOpenAiError({ ...fields, type: fields.status >= 500 ? 'server_error' : fields.type }),
    kind: 'terminator',
  }),
  fieldError: openAiFieldError,
  newRequestId: () => newId('req_'),
  replyHeaders: (requestId, reading) => ({
    'x-request-id': requestId,
    'openai-organization': 'simulated',
    'openai-version': '2020-10-01',
    'openai-processing-ms': '12',
    ...openAiRateHeaders(reading),
  }),
};

export function encodeOpenAiError(fields: WireErrorFields): JsonObject {
  const { message, type, param = null, code = null } = fields;
  return { error: { message, type, param, code } };
}

export function openAiFieldError(problem: FieldProblem): WireError {
  const code = { missing: 'missing_required_parameter', type: 'invalid_type', range: 'invalid_value' }[problem.problem];
  const message =
    problem.problem === 'missing'
      ? `Missing required parameter: '${problem.path}'.`
      : `Invalid ${problem.problem === 'type' ? 'type' : 'value'} for '${problem.path}': expected ${problem.expected}, but got ${problem.got} instead.`;
  return new WireError({ status: 400, type: 'invalid_request_error', message, param: problem.path, code });
}

export function openAiRefusal(message: string, param: string, code?: string): WireError {
  return new WireError({ status: 400, type: 'invalid_request_error', message, param, code });
}

export function openAiNotFound(what: string, param?: string, code?: string): WireError {
  return new WireError({ status: 404, type: 'invalid_request_error', message: `${what} was not found.`, param, code });
}

export function openAiRateHeaders(reading: RateReading): Record<string, string> {
  return {
    'x-ratelimit-limit-requests': String(reading.requestLimit),
    'x-ratelimit-remaining-requests': String(reading.requestsLeft),
    'x-ratelimit-reset-requests': durationText(reading.resetMs),
    'x-ratelimit-limit-tokens': String(reading.tokenLimit),
    'x-ratelimit-remaining-tokens': String(reading.tokensLeft),
    'x-ratelimit-reset-tokens': durationText(reading.resetMs),
  };
}

function masked(credential: string): string {
  return `${credential.slice(0, 3)}***${credential.slice(-4)}`;
}
