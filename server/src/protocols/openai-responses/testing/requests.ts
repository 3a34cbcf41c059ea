import type { JsonObject } from '../../../kernel/json.ts';
import type { ClientRequest, ReplyContext, UpstreamContext } from '../../../ports/protocol.ts';
import { openaiResponsesClient } from '../client.ts';

export function clientRequest(json: JsonObject): ClientRequest {
  return openaiResponsesClient.decode(Buffer.from(JSON.stringify(json)), json, {});
}

export const REPLY_CONTEXT: ReplyContext = {
  requestId: 'req_019aa0b0c0d07e0f8a1b2c3d4e5f6071',
  createdS: 1_760_000_001,
  nowMs: 1_760_000_001_000,
  provider: 'anthropic',
  dropped: [],
};

export function upstreamContext(fields: Partial<UpstreamContext> = {}): UpstreamContext {
  return { model: 'gpt-5.2', quirks: {}, clientHeaders: {}, ...fields };
}
