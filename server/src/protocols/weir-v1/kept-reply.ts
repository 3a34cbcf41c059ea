import type { ChatReply } from '../../kernel/chat.ts';
import { isObject, type JsonObject, parseJson } from '../../kernel/json.ts';

/**
 * The seed APIs write a reply when its cost is known. Until then, and in the cache, the neutral reply stands in its place:
 * as the whole body, or as the last event of a stream.
 */
export function keptReply(reply: ChatReply): JsonObject {
  return reply as unknown as JsonObject;
}

export function keptReplyEvent(reply: ChatReply): string {
  return `${EVENT}${JSON.stringify(reply)}\n\n`;
}

const EVENT = 'event: kept\ndata: ';

/** Undefined when there is none in these bytes. */
export function readKeptReply(body: Buffer): ChatReply | undefined {
  const at = body[0] === 0x7b ? 0 : body.lastIndexOf(EVENT);
  if (at < 0) return undefined;
  const json = parseJson(body.toString('utf8', at === 0 && body[0] === 0x7b ? 0 : at + EVENT.length));
  return isObject(json) && Array.isArray(json.choices) ? (json as unknown as ChatReply) : undefined;
}
