import { newId } from '../../new-id.ts';
import { WireError } from '../../wire-error.ts';
import type { WireFamily } from '../family.ts';
import { encodeOpenAiError, openAiFamily, openAiRateHeaders } from '../openai/family.ts';

export const groqFamily: WireFamily = {
  ...openAiFamily,
  name: 'groq',
  credentialError: () =>
    new WireError({ status: 401, type: 'invalid_request_error', code: 'invalid_api_key', message: 'Invalid API Key' }),
  encodeError: ({ param: _param, ...fields }) => encodeOpenAiError(fields),
  newRequestId: () => newId('req_01'),
  replyHeaders: (requestId, reading) => ({
    'x-request-id': requestId,
    'x-groq-region': 'simulated',
    ...openAiRateHeaders({ ...reading, requestLimit: 14_400, requestsLeft: reading.requestsLeft + 4_400 }),
  }),
};
