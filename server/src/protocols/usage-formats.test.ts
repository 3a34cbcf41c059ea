import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../kernel/json.ts';
import { type Usage, usage } from '../kernel/usage.ts';
import { encodeUsage } from './openai-chat/usage.ts';
import { readAnyUsage } from './usage-formats.ts';

describe('readAnyUsage', () => {
  it.each<[string, JsonObject, Partial<Usage>]>([
    ['OpenAI', { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }, { input: 10, output: 5 }],
    [
      'OpenAI with every detail',
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10, audio_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 4 },
      },
      { input: 25, cacheRead: 60, cacheWrite5m: 10, audioInput: 5, output: 16, reasoning: 30, audioOutput: 4 },
    ],
    [
      'details beyond their total',
      { prompt_tokens: 10, completion_tokens: 0, prompt_tokens_details: { cached_tokens: 30, audio_tokens: 5 } },
      { cacheRead: 10 },
    ],
    ['null details', { prompt_tokens: 1, completion_tokens: 1, prompt_tokens_details: null }, { input: 1, output: 1 }],
    [
      'reasoning outside completion_tokens',
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 22, completion_tokens_details: { reasoning_tokens: 7 } },
      { input: 10, output: 5, reasoning: 7 },
    ],
    [
      'DeepSeek',
      { prompt_tokens: 10, completion_tokens: 1, prompt_cache_hit_tokens: 8 },
      { input: 2, cacheRead: 8, output: 1 },
    ],
    [
      'Anthropic',
      {
        input_tokens: 10,
        output_tokens: 5,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      },
      { input: 10, output: 5, cacheRead: 100, cacheWrite5m: 10, cacheWrite1h: 20 },
    ],
    [
      'OpenAI Responses',
      {
        input_tokens: 10,
        output_tokens: 5,
        input_tokens_details: { cached_tokens: 4, cache_write_tokens: 1 },
        output_tokens_details: { reasoning_tokens: 3 },
      },
      { input: 5, cacheRead: 4, cacheWrite5m: 1, output: 2, reasoning: 3 },
    ],
    ['generic', { inputTokens: 3, outputTokens: 4, totalTokens: 7 }, { input: 3, output: 4 }],
    ['older generic', { promptTokens: 3, completionTokens: 4 }, { input: 3, output: 4 }],
    [
      'generic with cache',
      { inputTokens: 3, outputTokens: 4, cachedInputTokens: 2 },
      { input: 1, cacheRead: 2, output: 4 },
    ],
    ['total alone', { total_tokens: 9 }, { input: 9 }],
  ])('reads the form of %s, bare and inside a body', (_, json, expected) => {
    expect(readAnyUsage(json)).toEqual(usage(expected));
    expect(readAnyUsage({ id: 'x', usage: json })).toEqual(usage(expected));
    expect(readAnyUsage({ x_groq: { usage: json } })).toEqual(usage(expected));
  });

  it.each<[JsonObject]>([
    [{}],
    [{ usage: null }],
    [{ prompt_tokens: 0, completion_tokens: 0 }],
    [{ prompt_tokens: -1, completion_tokens: 5 }],
    [{ prompt_tokens: 1, completion_tokens: 0.5 }],
    [{ prompt_tokens: 2e9, completion_tokens: 5 }],
    [{ prompt_tokens: 5, completion_tokens: 5, prompt_tokens_details: { cached_tokens: -3 } }],
    [{ input_tokens: 'x', output_tokens: 5 }],
    [{ inputTokens: -5, outputTokens: 5 }],
  ])('holds %o for no usage', (json) => {
    expect(readAnyUsage(json)).toBeUndefined();
  });

  it('reads back what it wrote', () => {
    const given = usage({
      input: 1,
      cacheRead: 2,
      cacheWrite5m: 3,
      output: 4,
      reasoning: 5,
      audioInput: 6,
      audioOutput: 7,
    });
    expect(readAnyUsage(encodeUsage(given))).toEqual(given);
  });
});
