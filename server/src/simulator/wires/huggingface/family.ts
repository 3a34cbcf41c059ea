import { randomUUID } from 'node:crypto';
import { WireError } from '../../wire-error.ts';
import type { WireFamily } from '../family.ts';
import { encodeOpenAiError, openAiFamily } from '../openai/family.ts';

export const huggingFaceFamily: WireFamily = {
  ...openAiFamily,
  name: 'huggingface',
  credentialError: () => new WireError({ status: 401, type: 'text', message: 'Invalid username or password.' }),
  /** Its gate answers with plain text errors, the model behind it in the OpenAI shape. */
  encodeError: (fields) => (fields.type === 'text' ? { error: fields.message } : encodeOpenAiError(fields)),
  newRequestId: () => `Root=1-${randomUUID()}`,
  replyHeaders: (requestId) => ({
    'x-request-id': requestId,
    'x-inference-provider': 'simulated',
    'inference-id': randomUUID(),
  }),
};
