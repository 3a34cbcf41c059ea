import { describe, expect, test } from 'vitest';
import { requirement } from '../../../../../test/support/requirement.ts';
import type { Json } from '../../../kernel/json.ts';
import { reportedUsage } from './reported-usage.ts';

describe(requirement('A20'), () => {
  test.each<[string, Json, object]>([
    [
      'OpenAI',
      { model: 'gpt-4o', usage: { prompt_tokens: 10, completion_tokens: 5 } },
      { tokens: 15, model: 'gpt-4o' },
    ],
    [
      'Anthropic',
      { model: 'claude', usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 100 } },
      { tokens: 115, model: 'claude' },
    ],
    ['generic', { usage: { inputTokens: 10, outputTokens: 5, modelName: 'own' } }, { tokens: 15, model: 'own' }],
    ['flat', { prompt_tokens: 1, completion_tokens: 2, model: 'm', text: 'x' }, { tokens: 3, model: 'm' }],
    ['with nothing but a sum', { usage: { total_tokens: 9 } }, { tokens: 9 }],
    ['of one side only', { usage: { prompt_tokens: 4 }, model: 'embedder' }, { tokens: 4, model: 'embedder' }],
  ])('reads usage in the form of %s', (_form, output, found) => {
    expect(reportedUsage({ output })).toEqual(found);
  });

  test('is looked for in the raw result when the output has none', () => {
    const raw = { usage: { input_tokens: 1, output_tokens: 1 }, model: 'm' };
    expect(reportedUsage({ output: 'text', raw })).toEqual({ tokens: 2, model: 'm' });
  });

  test.each<[string, Json]>([
    ['text', 'prompt_tokens'],
    ['a list', [{ usage: { prompt_tokens: 1 } }]],
    ['other numbers', { usage: { prompt_tokens: -1, completion_tokens: 1.5 } }],
    ['words', { usage: { prompt_tokens: '12' }, model: 'm' }],
    ['a model without usage', { model: 'm' }],
  ])('is not made up from %s', (_what, output) => {
    expect(reportedUsage({ output })).toEqual({});
  });
});
