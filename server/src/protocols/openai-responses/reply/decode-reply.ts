import type { ChatReply } from '../../../kernel/chat.ts';
import { WeirError } from '../../../kernel/errors.ts';
import { asArray, asNumber, asObject, asString, compact, type JsonObject } from '../../../kernel/json.ts';
import { decodeUsage } from '../usage.ts';
import { decodeOutputItem } from './decode-output-item.ts';
import { decodeFinishReason } from './finish-reason.ts';
import { failureOf } from './response-failure.ts';

/** A whole response object. One that failed is an error, whatever HTTP status it came with. */
export function decodeReply(json: JsonObject): ChatReply {
  const output = asArray(json.output);
  const id = asString(json.id);
  if (json.status === 'failed' || (output === undefined && json.error)) throw failureOf(json);
  if (output === undefined || id === undefined) {
    throw new WeirError('upstream.bad_reply', { details: { type: 'not_a_response' } });
  }
  const content = output.flatMap((item) => decodeOutputItem(asObject(item) ?? {}));
  const kinds = new Set(content.map((block) => block.type));
  return {
    id,
    model: asString(json.model) ?? '',
    createdS: Math.floor(asNumber(json.created_at) ?? 0),
    choices: [{ index: 0, content, finishReason: decodeFinishReason(json, kinds) }],
    ...compact({ usage: decodeUsage(json.usage) }),
  };
}
