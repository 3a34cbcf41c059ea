import type { ChatRequest } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ClientRequest, EncodedRequest, UpstreamContext } from '../../ports/protocol.ts';
import { tokenCount } from '../token-count.ts';
import { encodeRequest } from './encode-request/encode-request.ts';

/** What the counting endpoint reads; it refuses the fields that only matter for an answer. */
const COUNTED_FIELDS: readonly string[] = [
  'model',
  'system',
  'messages',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
];

/** The reply of `POST /v1/messages/count_tokens`. */
export function encodeCountTokensReply(inputTokens: number): JsonObject {
  return { input_tokens: inputTokens };
}

/** For providers that cannot count: the caller's estimate for that many characters of prompt. */
export function estimateTokens(request: ClientRequest, estimate: (characters: number) => number): JsonObject {
  return encodeCountTokensReply(Math.max(1, Math.ceil(estimate(request.promptCharacters))));
}

/** The count an upstream of this wire gave; undefined when it gave none that can be true. */
export function decodeCountTokensReply(json: JsonObject): number | undefined {
  const count = tokenCount(json, 'input_tokens');
  return count > 0 ? count : undefined;
}

/** A counting request written from the neutral form. */
export function encodeCountTokens(request: ChatRequest, context: UpstreamContext): EncodedRequest {
  const encoded = encodeRequest(request, context);
  const body = JSON.parse(encoded.body.toString()) as JsonObject;
  for (const key of Object.keys(body)) if (!COUNTED_FIELDS.includes(key)) delete body[key];
  return { ...encoded, body: Buffer.from(JSON.stringify(body)) };
}
