import { describe, expect, test } from 'vitest';
import { completion } from '../../../test/chaos/support/gateway-fixture.ts';
import { gatewayHarness, type HarnessOptions, turns } from '../../../test/chaos/support/gateway-harness.ts';
import { WeirError } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { UsageRecord } from '../kernel/usage-record.ts';
import type { ModelAnswer, RunQuestion } from '../ports/model-gateway.ts';
import { modelGateway } from './model-gateway.ts';

const MESSAGES: Json = [{ role: 'user', content: 'Hello' }];
const PRICES = { 'openai/gpt-4o-mini': { input: 1, output: 2 } };

/** The whole pipeline, an upstream that the test plays, and what was kept and settled in which order. */
function stand(options: HarnessOptions = {}) {
  const harness = gatewayHarness({ ...options, config: { prices: PRICES, ...options.config } });
  const order: string[] = [];
  const records: UsageRecord[] = [];
  const settle = harness.ledger.settle.bind(harness.ledger);
  harness.ledger.settle = (record) => {
    order.push('settled');
    return settle(record);
  };
  const gateway = modelGateway(harness);
  const answer = (more: Partial<RunQuestion> = {}) =>
    gateway.answer({
      caller: { keyId: 'key_1', projectId: 'default', role: 'inference', models: undefined, routes: undefined },
      userId: 'ada',
      requestId: 'req_of_run',
      run: {
        runId: 'run_1',
        step: 'each[3]/work',
        idempotencyKey: 'k',
        budgets: [],
        allowances: [],
        isApproved: false,
        beside: undefined,
      },
      model: 'openai/gpt-4o-mini',
      messages: MESSAGES,
      maxTokens: 100,
      temperature: undefined,
      topP: undefined,
      stop: undefined,
      schema: undefined,
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      async keep(kept: ModelAnswer) {
        order.push(`kept ${kept.text}`);
      },
      settled: (record) => void records.push(record),
      ...more,
    });
  return { ...harness, answer, order, records };
}

describe('a call of a run', () => {
  test('has the run and step in its record and in the intent, under the id that was chosen for it', async () => {
    const { answer, http, ledger, records } = stand();
    http.onRequest = (sent) => sent.answer(200, completion());
    expect(await answer()).toEqual({
      text: 'forty two',
      model: 'gpt-4o-mini',
      inputTokens: 11,
      outputTokens: 3,
      finishReason: 'stop',
    });
    const named = { request_id: 'req_of_run', run_id: 'run_1', step: 'each[3]/work' };
    expect(ledger.intents).toMatchObject([{ ...named, user_id: 'ada' }]);
    expect(ledger.settled).toMatchObject([{ ...named, wire: 'workflow', cost_nano_usd: 11_000 + 6000 }]);
    expect(records).toEqual(ledger.settled);
  });

  test('keeps its answer before the ledger has its record', async () => {
    const { answer, http, order } = stand();
    http.onRequest = (sent) => sent.answer(200, completion());
    await answer();
    expect(order).toEqual(['kept forty two', 'settled']);
  });

  test('whose answer cannot be kept fails, and the ledger says so and what it cost', async () => {
    const { answer, http, ledger } = stand();
    http.onRequest = (sent) => sent.answer(200, completion());
    const lost = new WeirError('store.unavailable', { message: 'The run is not this process’ any more.' });
    await expect(answer({ keep: () => Promise.reject(lost) })).rejects.toBe(lost);
    expect(ledger.settled).toMatchObject([{ success: false, error_code: 'store.unavailable', cost_nano_usd: 17_000 }]);
  });

  test('that fails keeps nothing and tells what its attempts cost', async () => {
    const { answer, http, order, records } = stand({ config: { retry: { max_attempts: 1, base_delay_ms: 1 } } });
    http.onRequest = (sent) => sent.answer(400, { error: { message: 'no' } });
    await expect(answer()).rejects.toMatchObject({ code: 'upstream.rejected' });
    expect(order).toEqual(['settled']);
    expect(records).toMatchObject([{ success: false, cost_nano_usd: 0 }]);
  });

  test('ends when its run is cancelled, in flight', async () => {
    const { answer, http } = stand();
    const ending = new AbortController();
    const answering = answer({ signal: ending.signal });
    await turns();
    http.last.sent();
    ending.abort();
    await expect(answering).rejects.toMatchObject({ code: 'call.cancelled' });
    expect(http.last.aborted).toBe(true);
  });

  test('is held to the models its key may use', async () => {
    const { answer, http } = stand();
    const caller = { keyId: 'k', projectId: 'default', role: 'inference', models: ['groq/*'], routes: [] };
    await expect(answer({ caller })).rejects.toMatchObject({ code: 'auth.denied' });
    expect(http.requests).toEqual([]);
  });

  test('is mended and held to its schema by the gateway', async () => {
    const { answer, http } = stand();
    const schema = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
    http.onRequest = (sent) => sent.answer(200, completion('Here you are: ```json\n{"n": 5}\n```'));
    expect((await answer({ schema })).text).toBe('{"n": 5}');
    http.onRequest = (sent) => sent.answer(200, completion('{"n": "five"}'));
    await expect(answer({ schema })).rejects.toMatchObject({ code: 'reply.invalid' });
  });

  test('is answered from the cache when the key says so, at no cost', async () => {
    const { answer, http, ledger, order } = stand();
    const caller = {
      keyId: 'k',
      projectId: 'default',
      role: 'inference',
      models: undefined,
      routes: undefined,
      cache: true,
    };
    http.onRequest = (sent) => sent.answer(200, completion());
    const first = await answer({ caller });
    expect(await answer({ caller, requestId: 'req_again' })).toEqual(first);
    expect(http.requests).toHaveLength(1);
    expect(ledger.settled[1]).toMatchObject({
      cache: 'hit',
      cost_nano_usd: 0,
      saved_nano_usd: 17_000,
      run_id: 'run_1',
    });
    expect(order).toEqual(['kept forty two', 'settled', 'kept forty two', 'settled']);
  });

  test('names what is wrong with its fields before anything is sent', async () => {
    const { answer, http } = stand();
    await expect(answer({ temperature: 'hot' })).rejects.toMatchObject({
      code: 'request.invalid',
      param: 'temperature',
    });
    await expect(answer({ model: undefined })).rejects.toMatchObject({ code: 'request.invalid', param: 'model' });
    expect(http.requests).toEqual([]);
  });
});
