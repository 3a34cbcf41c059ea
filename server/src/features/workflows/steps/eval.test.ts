import { describe, expect, test } from 'vitest';
import { completion } from '../../../../../test/chaos/support/gateway-fixture.ts';
import { runStand, scopeOf, stepOf } from '../../../../../test/support/run-stand.ts';
import type { Json } from '../../../kernel/json.ts';
import type { StepOf } from '../flow.ts';

const PRICES = { 'openai/gpt-4o-mini': { input: 1, output: 2 } };
const stand = () => runStand({ config: { prices: PRICES } });

function perform(of: ReturnType<typeof stand>, more: Partial<StepOf<'eval'>>) {
  const step = stepOf('eval', { evaluator: 'equals', value: null, ...more });
  return of.runners.eval.perform(step, of.runners.eval.render(step, scopeOf({ input: { n: 5 } })), of.attempt());
}

describe('an eval step', () => {
  const SCHEMA = { type: 'object', required: ['a'] };
  test.each<[string, Json, Json, Json, number]>([
    ['equals', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, {}, 1],
    ['equals', '5', 5, {}, 0],
    ['equals', 'Yes', 'yes', {}, 0],
    ['equals', 'Yes', 'yes', { ignoreCase: true }, 1],
    ['equals', '{{input.n}}', 5, {}, 1],
    ['contains', 'the quick fox', 'quick', {}, 1],
    ['contains', 'the quick fox', ['quick', 'fox', 'dog', 'cat'], {}, 0.5],
    ['contains', [1, { a: 1 }], { a: 1 }, {}, 1],
    ['contains', { a: 'X' }, '"a":"x"', { ignoreCase: true }, 1],
    ['regex', 'order 66', '^order \\d+$', {}, 1],
    ['regex', 'ORDER', '^order', {}, 0],
    ['regex', 'ORDER', null, { pattern: '^order', ignoreCase: true }, 1],
    ['json-schema', { a: 1 }, SCHEMA, {}, 1],
    ['json-schema', '{"a": 1}', null, { schema: SCHEMA }, 1],
    ['json-schema', '{"b": 1}', SCHEMA, {}, 0],
    ['json-schema', 'no JSON', SCHEMA, {}, 0],
  ])('%s of %o and %o with %o scores %d', async (evaluator, value, expected, options, score) => {
    const { output } = await perform(stand(), { evaluator, value, expected, options });
    expect(output).toMatchObject({ score, passed: true, evaluator });
  });

  test('takes a pattern that backtracking would need ages for', async () => {
    const options = { pattern: '^(a+)+$' };
    const { output } = await perform(stand(), { evaluator: 'regex', value: `${'a'.repeat(50_000)}!`, options });
    expect(output).toMatchObject({ score: 0 });
  });

  test('below its threshold fails and says what was scored', async () => {
    const failing = perform(stand(), { evaluator: 'contains', value: 'a', expected: ['a', 'b'], threshold: 0.8 });
    await expect(failing).rejects.toMatchObject({
      code: 'reply.invalid',
      retryable: false,
      message: 'Step "work": contains gives a score of 0.5, below the threshold of 0.8.',
      details: { type: 'below_threshold', score: 0.5, reason: '1 of 2 are missing' },
    });
  });

  test.each<[Partial<StepOf<'eval'>>, RegExp]>([
    [{ evaluator: 'vibes' }, /evaluator: expected one of exact, equals, contains, .*llm-judge/],
    [{ evaluator: 'regex', value: 'x' }, /"work": expected: the evaluator regex needs a pattern/],
    [{ evaluator: 'regex', value: 'x', expected: '(?=a)' }, /linear time/],
    [{ evaluator: 'json-schema', value: 'x', expected: { type: 'wrong' } }, /a usable JSON Schema/],
    [{ evaluator: 'llm-judge', value: 'x' }, /options\.criteria/],
    [{ evaluator: 'equals', options: 'x' }, /options: expected an object/],
  ])('%o is refused with what to do', async (more, message) => {
    await expect(perform(stand(), more)).rejects.toMatchObject({
      code: 'request.invalid',
      message: expect.stringMatching(message),
    });
  });

  const JUDGE = {
    evaluator: 'llm-judge',
    value: 'Paris',
    options: { criteria: 'is right', model: 'openai/gpt-4o-mini' },
  };

  test('by a model asks once, within the run, and keeps the verdict before it is settled', async () => {
    const stood = stand();
    stood.http.onRequest = (sent) =>
      sent.answer(200, completion('{"reason": "right", "evidence": "Paris", "score": 0.9}'));
    const result = await perform(stood, { ...JUDGE, threshold: 0.8 });
    expect(result).toEqual({
      output: { score: 0.9, passed: true, evaluator: 'llm-judge', reason: 'right' },
      model: 'gpt-4o-mini',
    });
    expect(stood.kept).toEqual([result]);
    expect(stood.records).toMatchObject([{ run_id: 'run_1', cost_nano_usd: 17_000 }]);
    const { messages } = JSON.parse(String(stood.http.last.request.body));
    expect(JSON.parse(messages[1].content)).toEqual({ criteria: 'is right', answer: 'Paris' });
  });

  test('by a model asks for one vote, never under one request id twice', async () => {
    const stood = stand();
    stood.http.onRequest = (sent) =>
      sent.answer(200, completion('{"reason": "right", "evidence": "Paris", "score": 0.9}'));
    const many = perform(stood, { ...JUDGE, options: { ...JUDGE.options, votes: 3 } });
    await expect(many).rejects.toMatchObject({ code: 'request.invalid', message: expect.stringContaining('votes') });
    expect(stood.records).toHaveLength(1);
  });

  test('by a model that is not pleased fails and keeps nothing that would count as done', async () => {
    const stood = stand();
    stood.http.onRequest = (sent) =>
      sent.answer(200, completion('{"reason": "wrong", "evidence": "Paris", "score": 0.1}'));
    await expect(perform(stood, { ...JUDGE, threshold: 0.8 })).rejects.toMatchObject({ details: { reason: 'wrong' } });
    expect(stood.kept).toEqual([]);
    expect(stood.records).toMatchObject([{ success: true, cost_nano_usd: 17_000 }]);
  });
});
