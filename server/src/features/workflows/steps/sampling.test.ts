import { describe, expect, test } from 'vitest';
import { completion, fakeProvider } from '../../../../../test/chaos/support/gateway-fixture.ts';
import { turns } from '../../../../../test/chaos/support/gateway-harness.ts';
import { runStand, scopeOf, stepOf } from '../../../../../test/support/run-stand.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { StepOf } from '../flow.ts';

const PRICES = { 'openai/gpt-4o-mini': { input: 1, output: 2 } };

function sampling(more: Partial<StepOf<'sampling'>> = {}): StepOf<'sampling'> {
  return stepOf('sampling', {
    name: 'analyze',
    model: 'openai/gpt-4o-mini',
    messages: [{ role: 'user', content: 'Hello' }],
    maxTokens: 100,
    temperature: undefined,
    topP: undefined,
    stopSequences: undefined,
    schema: undefined,
    ...more,
  });
}

const stand = () => runStand({ config: { prices: PRICES, retry: { max_attempts: 0 } } });

async function perform(of: ReturnType<typeof stand>, step: StepOf<'sampling'>, scope = scopeOf()) {
  const { sampling: runner } = of.runners;
  return runner.perform(step, runner.render(step, scope), of.attempt());
}

describe('a sampling step', () => {
  test('gives content, model, usage and finish reason, so that {{steps.analyze.output.content}} is the text', async () => {
    const stood = stand();
    stood.http.onRequest = (sent) => sent.answer(200, completion());
    const result = await perform(stood, sampling());
    expect(result).toEqual({
      output: {
        content: 'forty two',
        model: 'gpt-4o-mini',
        usage: { inputTokens: 11, outputTokens: 3, totalTokens: 14 },
        finishReason: 'stop',
      },
      model: 'gpt-4o-mini',
    });
    expect(stood.kept).toEqual([result]);
    const steps = { analyze: { status: 'completed', output: result.output, error: null } };
    const next = sampling({ messages: [{ role: 'user', content: 'Shorten: {{steps.analyze.output.content}}' }] });
    expect(stood.runners.sampling.render(next, scopeOf({ steps }))).toMatchObject({
      messages: [{ content: 'Shorten: forty two' }],
    });
  });

  test('sends what the step says and nothing else', async () => {
    const stood = stand();
    stood.http.onRequest = (sent) => sent.answer(200, completion());
    const step = sampling({ temperature: '{{input.t}}', topP: 0.5, stopSequences: ['END'] });
    await perform(stood, step, scopeOf({ input: { t: 0.2 } }));
    expect(JSON.parse(String(stood.http.last.request.body))).toEqual({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'Hello' }],
      max_tokens: 100,
      temperature: 0.2,
      top_p: 0.5,
      stop: ['END'],
    });
  });

  test.each<[string, Json, Json]>([
    ['an object as JSON', { stars: 5 }, '{"stars":5}'],
    ['a number as text', 5, '5'],
    ['text as it is, unescaped', '<a href="x">\'', '<a href="x">\''],
    ['parts as parts', [{ type: 'text', text: 'x' }], [{ type: 'text', text: 'x' }]],
  ])('asks with %s', (_what, value, content) => {
    const step = sampling({ messages: [{ role: 'user', content: '{{input.value}}' }] });
    expect(stand().runners.sampling.render(step, scopeOf({ input: { value } }))).toMatchObject({
      messages: [{ content }],
    });
  });

  test.each<[string, Partial<StepOf<'sampling'>>, RegExp]>([
    [
      'a path that is not there',
      { messages: [{ role: 'user', content: '{{input.nam}}' }] },
      /"analyze", messages: .*input\.nam.*name/,
    ],
    ['messages that are none', { messages: '{{input.name}}' }, /"analyze", messages: expected a list/],
    ['a model that is no name', { model: '{{input}}' }, /"analyze", model: expected the name/],
  ])('names step and field of %s', (_what, more, message) => {
    const render = () => stand().runners.sampling.render(sampling(more), scopeOf({ input: { name: 'x' } }));
    expect(render).toThrow(message);
  });

  test('with a schema gives the JSON, checked and mended by the gateway; what the model said stays in raw', async () => {
    const stood = stand();
    stood.http.onRequest = (sent) => sent.answer(200, completion('```json\n{"n": 5,}\n```'));
    const schema: JsonObject = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
    const result = await perform(stood, sampling({ schema }));
    expect(result).toMatchObject({ output: { n: 5 }, raw: { model: 'gpt-4o-mini' }, model: 'gpt-4o-mini' });
    expect(JSON.parse(String(stood.http.last.request.body)).response_format).toMatchObject({ json_schema: { schema } });
  });

  test('with a schema does not give text where the project checks nothing', async () => {
    const stood = runStand({ config: { prices: PRICES, validation: { mode: 'off' } } });
    stood.http.onRequest = (sent) => sent.answer(200, completion('five'));
    await expect(perform(stood, sampling({ schema: { type: 'object' } }))).rejects.toMatchObject({
      code: 'reply.invalid',
    });
    expect(stood.kept).toEqual([]);
  });

  test('WD7: every attempt is charged, the failed ones too', async () => {
    const stood = runStand({ config: { prices: PRICES, retry: { max_attempts: 1, base_delay_ms: 1 } } });
    const step = sampling({ schema: { type: 'object' } });
    stood.http.onRequest = (sent, at) => sent.answer(200, completion(at < 3 ? 'no' : '{}'));
    await expect(perform(stood, step)).rejects.toMatchObject({ code: 'reply.invalid' });
    await perform(stood, step);
    // The first attempt of the step asked twice, the second once.
    expect(stood.records.map(({ cost_nano_usd }) => cost_nano_usd)).toEqual([34_000, 17_000]);
    expect(stood.ledger.settled).toEqual(stood.records);
  });

  test('WD11: an attempt that fails is told its cost as one that succeeds', async () => {
    const stood = runStand({ config: { prices: PRICES, validation: { mode: 'check' } } });
    stood.http.onRequest = (sent) => sent.answer(200, completion('no'));
    await expect(perform(stood, sampling({ schema: { type: 'object' } }))).rejects.toMatchObject({
      code: 'reply.invalid',
    });
    expect(stood.records).toMatchObject([{ success: false, cost_nano_usd: 17_000, run_id: 'run_1', step: 'work' }]);
  });

  test('WD14: a model without a price is unpriced, and no price is invented', async () => {
    const stood = stand();
    stood.http.onRequest = (sent) => sent.answer(200, { ...completion(), model: 'brand-new' });
    expect(await perform(stood, sampling({ model: 'openai/brand-new' }))).toMatchObject({ model: 'brand-new' });
    expect(stood.records).toMatchObject([{ cost_state: 'unpriced', cost_nano_usd: 0, tokens_used: 14 }]);
  });

  test('WD15: calls are those of the key and the user that started the run', async () => {
    const stood = stand();
    stood.http.onRequest = (sent) => sent.answer(200, completion());
    await perform(stood, sampling());
    expect(stood.records).toMatchObject([{ key_id: 'key_1', user_id: 'ada', project_id: 'default' }]);
    const step = sampling();
    const caller = { ...stood.attempt().caller, models: ['groq/*'] };
    const input = stood.runners.sampling.render(step, scopeOf());
    const refused = stood.runners.sampling.perform(step, input, stood.attempt({ caller }));
    await expect(refused).rejects.toMatchObject({ code: 'auth.denied' });
  });

  test('a provider that takes an idempotency key gets one, of each try its own', async () => {
    const definition = { idempotencyHeader: 'idempotency-key' };
    const stood = runStand({
      providers: [fakeProvider('openai', { definition })],
      config: { prices: PRICES, retry: { max_attempts: 1, base_delay_ms: 1, budget_ratio: 1 } },
    });
    const keys: unknown[] = [];
    stood.http.onRequest = (sent, at) => {
      keys.push(sent.request.headers['idempotency-key']);
      sent.answer(at === 1 ? 503 : 200, completion());
    };
    const performing = perform(stood, sampling());
    await turns();
    stood.clock.advance(10);
    await performing;
    expect(keys).toEqual(['run_1:work:0:1', 'run_1:work:0:2']);
  });
});
