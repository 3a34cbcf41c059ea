import { describe, expect, test } from 'vitest';
import { chunk, completion, fakeCall, fakeProvider } from '../../../../test/chaos/support/gateway-fixture.ts';
import { gatewayHarness, turns } from '../../../../test/chaos/support/gateway-harness.ts';
import { requirement } from '../../../../test/support/requirement.ts';
import { WeirError } from '../../kernel/errors.ts';

const ONCE = { retry: { max_attempts: 0 } };

async function recordOf(
  body: unknown,
  more: { status?: number; model?: string; headers?: Record<string, string> } = {},
) {
  const harness = gatewayHarness({ config: ONCE });
  harness.http.onRequest = (sent) => sent.answer(more.status ?? 200, body, more.headers);
  const call = fakeCall({
    body: {
      model: more.model ?? 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'x'.repeat(400) }],
      max_tokens: 50,
    },
    userId: 'ada',
  });
  await harness.run(call);
  expect(harness.ledger.settled).toHaveLength(1);
  return { record: harness.ledger.settled[0], ledger: harness.ledger, call };
}

describe(requirement('B6'), () => {
  test('success is recorded with what the provider counted, priced to the nano-dollar', async () => {
    const { record } = await recordOf(
      completion('x', { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 }),
    );
    expect(record).toMatchObject({
      request_id: 'req_test',
      project_id: 'default',
      user_id: 'ada',
      provider: 'openai',
      model: 'gpt-4o-mini',
      status: 200,
      success: true,
      error_code: null,
      tokens_used: 1100,
      cost_state: 'exact',
      // 1000 x 0.15 + 100 x 0.60 USD per million
      cost_nano_usd: 210_000,
    });
  });

  test('failure is recorded with its reason and costs nothing', async () => {
    const { record } = await recordOf({ error: { message: 'no' } }, { status: 400 });
    expect(record).toMatchObject({
      success: false,
      status: 400,
      error_code: 'upstream.rejected',
      error: 'InvalidRequestError',
      tokens_used: 0,
      cost_nano_usd: 0,
      cost_state: 'exact',
      attempts: [{ status: 400, error_code: 'upstream.rejected' }],
    });
  });
});

test.each([
  ['leaves usage out', null],
  ['sends nonsense', { prompt_tokens: -5, completion_tokens: 1e12, total_tokens: 1e12 }],
])('a provider that %s is counted by estimate', async (_what, usage) => {
  const { record } = await recordOf(completion('y'.repeat(40), usage));
  expect(record).toMatchObject({ success: true, cost_state: 'estimated' });
  expect(record?.tokens.input).toBeGreaterThanOrEqual(100);
  expect(record?.tokens.input).toBeLessThan(130);
  expect(record?.tokens.output).toBe(10);
});

test.each([
  [{ max_tokens: 40 }, 40],
  [{}, 500],
  [{ max_tokens: 30_000 }, 500],
])('a reply of %j that its client did not wait for is estimated, whole, as a usual one', async (more, output) => {
  const harness = gatewayHarness({ config: ONCE });
  const call = fakeCall({
    body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'x'.repeat(400) }], ...more },
  });
  const ending = harness.run(call);
  await turns();
  harness.http.last.sent();
  call.cancelled = true;
  call.running?.abort(new WeirError('call.cancelled'));
  await ending;
  expect(call.record).toMatchObject({ error_code: 'call.cancelled', cost_state: 'estimated', tokens: { output } });
  expect(call.record?.tokens.input).toBeGreaterThanOrEqual(100);
});

test('a model without a price is recorded as unpriced, with its tokens', async () => {
  const { record } = await recordOf(completion(), { model: 'openai/a-model-of-tomorrow' });
  expect(record).toMatchObject({ cost_state: 'unpriced', cost_nano_usd: 0, tokens_used: 14 });
});

test('the intent is written before the request leaves, with the worst case of the attempt', async () => {
  const harness = gatewayHarness({ config: ONCE });
  let intentsAtSend = 0;
  harness.http.onRequest = (sent) => {
    intentsAtSend = harness.ledger.intents.length;
    sent.answer(200, completion());
  };
  await harness.run(
    fakeCall({
      body: { model: 'gpt-4o-mini', max_tokens: 500, messages: [{ role: 'user', content: 'x'.repeat(400) }] },
    }),
  );
  expect(intentsAtSend).toBe(1);
  const [intent] = harness.ledger.intents;
  expect(intent).toMatchObject({ request_id: 'req_test', attempt: 1, estimated_output: 500 });
  expect(intent?.estimated_cost_nano_usd).toBeGreaterThanOrEqual(500 * 600);
});

test('when no intent can be written nothing is sent', async () => {
  const harness = gatewayHarness({ config: ONCE });
  harness.ledger.failing = { intend: new WeirError('store.unavailable') };
  expect((await harness.run(fakeCall())).error?.code).toBe('store.unavailable');
  expect(harness.http.requests).toHaveLength(0);
});

test('each attempt has its own row and the call the sum of them', async () => {
  const providers = [fakeProvider('openai'), fakeProvider('groq', { baseUrl: 'http://groq.invalid/v1' })];
  const harness = gatewayHarness({
    providers,
    routes: { fast: { targets: ['openai/gpt-4o-mini', 'groq/llama-3.3-70b-versatile'] } },
    config: ONCE,
  });
  harness.http.onRequest = (sent) => {
    if (sent.request.url.includes('groq')) return sent.answer(200, completion());
    // Half a stream's worth of work before it broke.
    sent
      .sent()
      .headers(200, { 'content-type': 'text/event-stream' })
      .data(chunk({ role: 'assistant', content: '' }));
    sent.fail('ECONNRESET');
  };
  const call = fakeCall({ body: { model: 'fast', messages: [{ role: 'user', content: 'Hello' }] } });
  await harness.run(call);
  const [record] = harness.ledger.settled;
  expect(record?.attempts.map(({ attempt, provider }) => [attempt, provider])).toEqual([
    [1, 'openai'],
    [2, 'groq'],
  ]);
  expect(record?.cost_nano_usd).toBe(record?.attempts.reduce((sum, attempt) => sum + attempt.cost_nano_usd, 0));
  expect(harness.ledger.intents.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test('a refusal before any target is recorded too', async () => {
  const harness = gatewayHarness({ config: ONCE });
  harness.state.draining = true;
  const outcome = await harness.run(fakeCall());
  expect(outcome.error).toMatchObject({ code: 'server.draining', status: 503, retryAfterMs: 1000 });
  expect(harness.ledger.settled).toMatchObject([{ success: false, error_code: 'server.draining', attempts: [] }]);
});
