import { asObject, type JsonObject } from '../kernel/json.ts';
import { type Usage, usage } from '../kernel/usage.ts';
import { decodeUsage } from './openai-chat/usage.ts';
import { tokenCount } from './token-count.ts';

/**
 * Reads usage in any form a provider, tool or workflow step may show it: OpenAI (prompt_tokens), Anthropic and OpenAI
 * Responses (input_tokens), generic camel case (inputTokens, promptTokens). Takes the usage object itself or a body that
 * holds one under `usage` or `x_groq.usage`. Undefined when there is none or its numbers are absurd.
 */
export function readAnyUsage(json: JsonObject): Usage | undefined {
  const object = asObject(json.usage) ?? asObject(asObject(json.x_groq)?.usage) ?? json;
  if ('prompt_tokens' in object || 'completion_tokens' in object) return decodeUsage(object);
  if ('input_tokens' in object || 'output_tokens' in object) return snakeCase(object);
  if ('inputTokens' in object || 'outputTokens' in object) return camelCase(object);
  if ('promptTokens' in object || 'completionTokens' in object) return camelCase(object);
  if ('total_tokens' in object || 'totalTokens' in object) {
    return checked({ input: tokenCount(object, 'total_tokens', 'totalTokens') });
  }
  return undefined;
}

/** Responses keeps cached tokens inside input_tokens and has input_tokens_details; Anthropic keeps them outside. */
function snakeCase(json: JsonObject): Usage | undefined {
  const reasoning = tokenCount(asObject(json.output_tokens_details), 'reasoning_tokens', 'thinking_tokens');
  const output = tokenCount(json, 'output_tokens');
  const outputs = { output: output - Math.min(reasoning, output), reasoning: Math.min(reasoning, output) };
  const input = tokenCount(json, 'input_tokens');
  const details = asObject(json.input_tokens_details);
  if (details !== undefined) {
    const cacheRead = Math.min(tokenCount(details, 'cached_tokens'), input);
    const cacheWrite5m = Math.min(tokenCount(details, 'cache_write_tokens'), input - cacheRead);
    return checked({ input: input - cacheRead - cacheWrite5m, cacheRead, cacheWrite5m, ...outputs });
  }
  const written = tokenCount(json, 'cache_creation_input_tokens');
  const hour = Math.min(tokenCount(asObject(json.cache_creation), 'ephemeral_1h_input_tokens'), written);
  const cacheRead = tokenCount(json, 'cache_read_input_tokens');
  return checked({ input, cacheRead, cacheWrite5m: written - hour, cacheWrite1h: hour, ...outputs });
}

/** Bedrock keeps cached tokens outside (cacheReadInputTokens), the AI SDK's form inside (cachedInputTokens). */
function camelCase(json: JsonObject): Usage | undefined {
  const input = tokenCount(json, 'inputTokens', 'promptTokens');
  const inside = Math.min(tokenCount(json, 'cachedInputTokens'), input);
  const output = tokenCount(json, 'outputTokens', 'completionTokens');
  const reasoning = Math.min(tokenCount(json, 'reasoningTokens'), output);
  return checked({
    input: input - inside,
    cacheRead: inside + tokenCount(json, 'cacheReadInputTokens'),
    cacheWrite5m: tokenCount(json, 'cacheWriteInputTokens'),
    output: output - reasoning,
    reasoning,
  });
}

function checked(buckets: Partial<Usage>): Usage | undefined {
  let sum = 0;
  for (const count of Object.values(buckets)) sum += count;
  return sum > 0 ? usage(buckets) : undefined;
}
