import { isObject, type JsonObject, objectsIn } from '../../json.ts';
import { countTokens } from '../../mind/tokens.ts';
import type { Answer } from '../../mind/turn.ts';

/**
 * Usage with prompt caching, decided by the request alone so that a repeated request bills the same: on a first turn
 * everything up to the last `cache_control` mark is written; once the assistant has spoken, everything up to the last
 * mark but one is read (the only mark when there is one) and the rest up to the last mark is written.
 */
export function messagesUsage(body: JsonObject, input: number, answer: Answer): JsonObject {
  const marks = cacheMarks(body);
  const last = marks.at(-1);
  const spoken = objectsIn(body.messages).some((message) => message.role === 'assistant');
  const cacheable = Math.min(last?.tokens ?? 0, input - 1);
  const read = spoken ? Math.min((marks.at(-2) ?? last)?.tokens ?? 0, cacheable) : 0;
  const written = cacheable - read;
  const hour = last?.ttl === '1h';
  return {
    input_tokens: input - cacheable,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    cache_creation: {
      ephemeral_5m_input_tokens: hour ? 0 : written,
      ephemeral_1h_input_tokens: hour ? written : 0,
    },
    output_tokens: answer.outputTokens,
    ...(answer.thinkingTokens > 0 ? { output_tokens_details: { thinking_tokens: answer.thinkingTokens } } : {}),
    service_tier: 'standard',
    inference_geo: 'not_available',
  };
}

interface CacheMark {
  tokens: number;
  ttl: unknown;
}

function cacheMarks(body: JsonObject): CacheMark[] {
  const marks: CacheMark[] = [];
  let tokens = 0;
  const messages = objectsIn(body.messages).flatMap((message) => objectsIn(message.content));
  for (const block of [...objectsIn(body.tools), ...objectsIn(body.system), ...messages]) {
    const { cache_control: mark, ...content } = block;
    tokens += countTokens(typeof content.text === 'string' ? content.text : JSON.stringify(content));
    if (isObject(mark)) marks.push({ tokens, ttl: mark.ttl });
  }
  return marks;
}
