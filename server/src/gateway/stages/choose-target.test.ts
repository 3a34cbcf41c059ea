import { describe, expect, test } from 'vitest';
import {
  completion,
  fakeCall,
  fakeCredential,
  fakeProvider,
  LIMITS,
  type SentRequest,
} from '../../../../test/chaos/support/gateway-fixture.ts';
import { gatewayHarness, type HarnessOptions, turns } from '../../../../test/chaos/support/gateway-harness.ts';
import { requirement } from '../../../../test/support/requirement.ts';
import { WeirError } from '../../kernel/errors.ts';

const NO_RETRY = { retry: { max_attempts: 0 } };
const ERROR = { error: { message: 'no' } };
const TWO = {
  providers: [fakeProvider('openai'), fakeProvider('groq', { baseUrl: 'http://groq.invalid/v1' })],
  routes: { fast: { targets: ['openai/gpt-4o-mini', 'groq/llama-3.3-70b-versatile'] } },
  config: NO_RETRY,
} satisfies HarnessOptions;

function isGroq(sent: SentRequest): boolean {
  return sent.request.url.includes('groq');
}

function routed(name = 'fast', more: Parameters<typeof fakeCall>[0] = {}) {
  return fakeCall({ body: { model: name, messages: [{ role: 'user', content: 'Hello' }] }, ...more });
}

function keysSent(requests: readonly SentRequest[]): (string | undefined)[] {
  return requests.map(({ request }) => request.headers.authorization);
}

describe(requirement('E12a'), () => {
  test('when the first target fails the second answers, and the reply says why', async () => {
    const { http, run } = gatewayHarness(TWO);
    http.onRequest = (sent) => sent.answer(isGroq(sent) ? 200 : 503, isGroq(sent) ? completion() : ERROR);
    const call = routed();
    expect((await run(call)).error).toBeUndefined();
    expect(call.fallbackCause).toBe('openai/gpt-4o-mini: upstream.unavailable');
    expect(call.attempts.map(({ provider, reason }) => [provider, reason])).toEqual([
      ['openai', 'first'],
      ['groq', 'fallback'],
    ]);
  });
});

describe(requirement('E8'), () => {
  test('a target without a credential is passed over', async () => {
    const providers = [fakeProvider('openai', { credentials: [] }), fakeProvider('groq')];
    const { http, run } = gatewayHarness({ ...TWO, providers });
    http.onRequest = (sent) => sent.answer(200, completion());
    const call = routed();
    expect((await run(call)).error).toBeUndefined();
    expect(http.requests).toHaveLength(1);
    expect(call.record?.provider).toBe('groq');
  });

  test('of several model names the next is tried when the first has no credential', async () => {
    const providers = [fakeProvider('groq', { credentials: [] }), fakeProvider('openai')];
    const { http, run } = gatewayHarness({ ...TWO, providers });
    http.onRequest = (sent) => sent.answer(200, completion());
    const call = routed('x', { models: ['groq/llama-3.3-70b-versatile', 'openai/gpt-4o-mini'] });
    expect((await run(call)).error).toBeUndefined();
    expect(call.record?.provider).toBe('openai');
  });

  test('without any credential the error names the provider and the user', async () => {
    const { run } = gatewayHarness({ ...TWO, providers: [fakeProvider('openai', { credentials: [] })] });
    const outcome = await run(fakeCall({ userId: 'ada' }));
    expect(outcome.error).toMatchObject({
      code: 'credential.not_found',
      status: 404,
      details: { provider: 'openai', user_id: 'ada' },
    });
  });

  test('a real failure of one target is told rather than the missing key of the next', async () => {
    const providers = [fakeProvider('openai'), fakeProvider('groq', { credentials: [] })];
    const { http, run } = gatewayHarness({ ...TWO, providers });
    http.onRequest = (sent) => sent.answer(503, ERROR);
    expect((await run(routed())).error?.code).toBe('upstream.unavailable');
  });
});

test('a single target that fails names no fallback', async () => {
  const { http, run } = gatewayHarness({ config: NO_RETRY });
  http.onRequest = (sent) => sent.answer(503, ERROR);
  const call = fakeCall();
  await run(call);
  expect(call.fallbackCause).toBeUndefined();
});

test('an error of the request itself is not carried to another target', async () => {
  const { http, run } = gatewayHarness(TWO);
  http.onRequest = (sent) => sent.answer(400, ERROR);
  expect((await run(routed())).error?.code).toBe('upstream.rejected');
  expect(http.requests).toHaveLength(1);
});

test('when all targets fail the reply is 503 with a time to come back and each reason', async () => {
  const { http, run } = gatewayHarness(TWO);
  http.onRequest = (sent) => sent.fail('ECONNREFUSED');
  const { error } = await run(routed());
  expect(error).toMatchObject({
    code: 'upstream.unavailable',
    status: 503,
    retryAfterMs: 1000,
    details: {
      targets: { 'openai/gpt-4o-mini': 'upstream.unavailable', 'groq/llama-3.3-70b-versatile': 'upstream.unavailable' },
    },
  });
});

test('once the deadline of the call has passed no further target is bothered', async () => {
  const { http, run, clock, gateway } = gatewayHarness(TWO);
  http.onRequest = (sent) => sent.sent();
  const done = run(routed('fast', { limits: { ...LIMITS, totalMs: 1000, attemptMs: 1000 } }));
  await turns();
  clock.advance(1100);
  expect((await done).error).toMatchObject({ code: 'upstream.timeout', details: { phase: 'total' } });
  expect(http.requests).toHaveLength(1);
  expect(gateway.health.all(clock.monotonic()).map(({ provider }) => provider)).toEqual(['openai']);
});

test('the time limit of a route ends its calls', async () => {
  const { http, run, clock } = gatewayHarness({
    ...TWO,
    routes: { fast: { targets: ['openai/gpt-4o-mini'], timeoutMs: 800 } },
  });
  http.onRequest = (sent) => sent.sent();
  const done = run(routed());
  await turns();
  clock.advance(820);
  expect((await done).error).toMatchObject({ code: 'upstream.timeout', details: { phase: 'total', limit_ms: 800 } });
});

test('a client that asks for less time than its route has gets less', async () => {
  const { http, run, clock } = gatewayHarness({
    ...TWO,
    routes: { fast: { targets: ['openai/gpt-4o-mini'], timeoutMs: 8000 } },
  });
  http.onRequest = (sent) => sent.sent();
  const limits = { totalMs: 300, attemptMs: 300, idleMs: 300, askedByClient: true };
  const done = run(routed('fast', { limits }));
  await turns();
  clock.advance(320);
  expect((await done).error).toMatchObject({ details: { phase: 'total', limit_ms: 300 } });
});

test('clients with little patience do not open the breaker for everybody', async () => {
  const { http, run, clock, gateway } = gatewayHarness({ config: NO_RETRY });
  http.onRequest = (sent) => sent.sent();
  for (let turn = 0; turn < 10; turn++) {
    const limits = { totalMs: 50, attemptMs: 50, idleMs: 50, askedByClient: true };
    const done = run(fakeCall({ limits, startedMono: clock.monotonic() }));
    await turns();
    clock.advance(60);
    await done;
  }
  expect(gateway.health.all(clock.monotonic())[0]?.breaker).toBe('closed');
});

describe('with several credentials', () => {
  const pool = [fakeCredential('a'), fakeCredential('b')];
  const providers = [fakeProvider('openai', { credentials: pool })];

  test('one that the provider refuses gives way to the other, and is avoided from then on', async () => {
    const { http, run } = gatewayHarness({ providers, config: NO_RETRY });
    http.onRequest = (sent) =>
      sent.request.headers.authorization === 'Bearer sk-a' ? sent.answer(401, ERROR) : sent.answer(200, completion());
    for (let turn = 0; turn < 20; turn++) expect((await run(fakeCall())).error).toBeUndefined();
    expect(keysSent(http.requests).filter((key) => key === 'Bearer sk-a').length).toBeLessThanOrEqual(1);
  });

  test('one at the limit of its provider gives way to the other', async () => {
    const { http, run } = gatewayHarness({ providers, config: NO_RETRY });
    http.onRequest = (sent, at) => (at === 1 ? sent.answer(429, ERROR) : sent.answer(200, completion()));
    const call = fakeCall();
    expect((await run(call)).error).toBeUndefined();
    expect(new Set(keysSent(http.requests)).size).toBe(2);
    expect(call.attempts.map(({ error_code }) => error_code)).toEqual(['upstream.rate_limited', null]);
  });

  test('when all are refused the client reads 502, never 401, and nothing of a key', async () => {
    const { http, run } = gatewayHarness({ providers, config: NO_RETRY });
    http.onRequest = (sent) => sent.answer(401, { error: { message: 'bad key sk-a' } });
    const { error } = await run(fakeCall());
    expect(error).toMatchObject({ code: 'upstream.auth', status: 502, retryable: false });
    expect(error?.message).not.toContain('sk-');
    expect(http.requests).toHaveLength(2);
  });

  test('a refused credential is used on when there is no other', async () => {
    const { http, run } = gatewayHarness({ config: NO_RETRY });
    http.onRequest = (sent, at) => (at === 1 ? sent.answer(401, ERROR) : sent.answer(200, completion()));
    expect((await run(fakeCall())).error?.code).toBe('upstream.auth');
    expect((await run(fakeCall())).error).toBeUndefined();
  });

  test('while one is being probed the other goes on', async () => {
    const { http, run, clock } = gatewayHarness({ providers, config: NO_RETRY });
    http.onRequest = (sent) =>
      sent.request.headers.authorization === 'Bearer sk-a' ? sent.answer(500, ERROR) : sent.answer(200, completion());
    for (let turn = 0; turn < 200; turn++) await run(fakeCall());
    clock.advance(5000);
    const waiting: SentRequest[] = [];
    http.onRequest = (sent) => {
      if (sent.request.headers.authorization === 'Bearer sk-a') waiting.push(sent.sent());
      else sent.answer(200, completion());
    };
    const calls = Array.from({ length: 40 }, () => run(fakeCall()));
    await turns(10);
    expect(waiting.length).toBeLessThanOrEqual(1);
    for (const sent of waiting) sent.headers(200).data(JSON.stringify(completion())).end();
    for (const outcome of await Promise.all(calls)) expect(outcome.error).toBeUndefined();
  });
});

describe(requirement('A10'), () => {
  async function outage() {
    const harness = gatewayHarness({ config: NO_RETRY });
    harness.http.onRequest = (sent) => sent.answer(500, ERROR);
    for (let turn = 0; turn < 5; turn++) await harness.run(fakeCall());
    expect(harness.http.requests).toHaveLength(5);
    return harness;
  }

  test('an open breaker answers at once, without an attempt, with the time until the next probe', async () => {
    const { run, http } = await outage();
    const call = fakeCall();
    const { error } = await run(call);
    expect(error).toMatchObject({ status: 503, retryAfterMs: 5000, details: { type: 'breaker_open' } });
    expect(http.requests).toHaveLength(5);
    expect(call.attempts).toEqual([]);
    expect(call.record).toMatchObject({ success: false, error_code: 'upstream.unavailable', cost_nano_usd: 0 });
  });

  test('the first call after the rest is the probe, and its success closes the breaker', async () => {
    const { run, http, clock } = await outage();
    http.onRequest = (sent) => sent.answer(200, completion());
    clock.advance(5000);
    expect((await run(fakeCall())).error).toBeUndefined();
    expect((await run(fakeCall())).error).toBeUndefined();
  });

  test.each([
    ['the request is one the target cannot take', { messages: [{ role: 'user', content: 'x' }], model: 'gpt-4o-mini' }],
  ])('a probe that never left because %s does not keep the breaker half-open for ever', async (_why, body) => {
    const { run, http, clock, ledger } = await outage();
    clock.advance(5000);
    ledger.failing = { intend: new WeirError('store.unavailable') };
    expect((await run(fakeCall({ body }))).error?.code).toBe('store.unavailable');
    ledger.failing = {};
    http.onRequest = (sent) => sent.answer(200, completion());
    expect((await run(fakeCall())).error).toBeUndefined();
  });

  test('a probe whose client left makes room for the next', async () => {
    const { run, http, clock } = await outage();
    clock.advance(5000);
    http.onRequest = (sent) => sent.sent();
    const call = fakeCall();
    const done = run(call);
    await turns();
    call.cancelled = true;
    call.running?.abort(new WeirError('call.cancelled'));
    await done;
    http.onRequest = (sent) => sent.answer(200, completion());
    expect((await run(fakeCall())).error).toBeUndefined();
  });

  test('client errors and refused credentials of a provider do not open it', async () => {
    const { run, http } = gatewayHarness({ config: NO_RETRY });
    for (const status of [400, 401, 403, 404, 413, 422, 429]) {
      http.onRequest = (sent) => sent.answer(status, ERROR);
      for (let turn = 0; turn < 6; turn++) await run(fakeCall());
    }
    expect(http.requests).toHaveLength(42);
  });
});

test('a client that left before its request could leave costs nothing', async () => {
  const { run, http } = gatewayHarness();
  const call = fakeCall();
  const done = run(call);
  call.cancelled = true;
  const outcome = await done;
  expect(outcome.error?.code).toBe('call.cancelled');
  expect(http.requests).toHaveLength(0);
  expect(call.record).toMatchObject({ cost_nano_usd: 0, tokens_used: 0, attempts: [] });
});

test('names that clients invent do not fill the memory', async () => {
  const { run, http, gateway, clock } = gatewayHarness({ config: NO_RETRY });
  http.onRequest = (sent) => sent.answer(404, { error: { message: 'model not found' } });
  for (let turn = 0; turn < 10_050; turn++) await run(routed(`openai/invented-${turn}`));
  expect(gateway.health.all(clock.monotonic()).length).toBeLessThanOrEqual(10_000);
});
