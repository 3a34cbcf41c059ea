import type { WeirError } from '../../../kernel/errors.ts';
import { asObject } from '../../../kernel/json.ts';
import { encodeOpenAiError } from '../../openai-chat/encode-error.ts';

/** The last event of a stream that broke: the documented flat fields, and the `error` object the clients look for. */
export function encodeErrorEvent(error: WeirError, sequence: number): string {
  const body = asObject(encodeOpenAiError(error).error) ?? {};
  const { code = null, message, param = null } = body;
  const data = { type: 'error', sequence_number: sequence, code, message, param, error: body };
  return `event: error\ndata: ${JSON.stringify(data)}\n\n`;
}
