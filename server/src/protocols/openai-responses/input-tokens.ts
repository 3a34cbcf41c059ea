import type { JsonObject } from '../../kernel/json.ts';
import type { ClientRequest } from '../../ports/protocol.ts';
import { decodeClientRequest } from './request/decode-client-request.ts';

/** A question for the number of input tokens has the body of a call that is never made. */
export function decodeInputTokensRequest(body: Buffer, json: JsonObject): ClientRequest {
  return { ...decodeClientRequest(body, json), stream: false };
}

export function encodeInputTokens(inputTokens: number): JsonObject {
  return { object: 'response.input_tokens', input_tokens: inputTokens };
}
