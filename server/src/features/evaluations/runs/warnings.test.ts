import { describe, expect, test } from 'vitest';
import { modelFamily } from './model-family.ts';
import { warningsOf } from './warnings.ts';

test.each([
  ['gpt-4o-mini', 'GPT'],
  ['openai/o3-mini', 'GPT'],
  ['groq/llama-3.3-70b-versatile', 'Llama'],
  ['huggingface/meta-llama/Llama-3.1-8B-Instruct', 'Llama'],
  ['groq/mixtral-8x7b-32768', 'Mistral'],
  ['bedrock/anthropic.claude-3-haiku-20240307-v1:0', 'Claude'],
  ['groq/openai/gpt-oss-120b', 'GPT'],
  ['fast', undefined],
  ['openai/my-own', undefined],
])('%s is of the family %s', (model, family) => {
  expect(modelFamily(model)).toBe(family);
});

describe('a run is warned of', () => {
  const check = (type: string, options = {}) => ({
    ...{ metric: type, type, expected: null, options, threshold: 0.5, isNegated: false },
  });
  const run = (checks: ReturnType<typeof check>[], judge?: string) =>
    warningsOf({
      candidate: { model: 'openai/gpt-4o-mini', settings: {} },
      ...{ checks, trials: 1 },
      ...(judge === undefined ? {} : { judge }),
    });

  test('a judge of the family it judges, once, wherever it is named', () => {
    expect(run([check('rubric'), check('relevance')], 'gpt-4o')).toEqual([expect.stringContaining('gpt-4o')]);
    expect(run([check('rubric', { model: 'openai/gpt-4.1' })], 'claude-3-5-haiku')).toHaveLength(1);
  });

  test('nothing when another family judges, nobody does, or the name is a route', () => {
    expect(run([check('rubric')], 'anthropic/claude-3-5-haiku-20241022')).toEqual([]);
    expect(run([check('exact')], 'gpt-4o')).toEqual([]);
    expect(run([check('rubric')], 'fast')).toEqual([]);
  });
});
