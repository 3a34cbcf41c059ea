import { describe, expect, test } from 'vitest';
import { completion, fakeCall, fakeProvider, LIMITS } from '../../../../test/chaos/support/gateway-fixture.ts';
import { gatewayHarness, turns } from '../../../../test/chaos/support/gateway-harness.ts';
import { requirement } from '../../../../test/support/requirement.ts';
import { WeirError } from '../../kernel/errors.ts';

const ERROR = { error: { message: 'no', type: 'x', code: 'x' } };

/** Runs a call whose upstream gives these answers in order; says how long before each try and how it ended. */
async function play(
  answers: readonly { status?: number; headers?: Record<string, string>; socket?: string; body?: unknown }[],
  config: Record<string, unknown> = {},
) {
  const harness = gatewayHarness({ config });
  const at: number[] = [];
  harness.http.onRequest = (sent, turn) => {
    at.push(harness.clock.now());
    const answer = answers[Math.min(turn, answers.length) - 1] ?? {};
    if (answer.socket !== undefined) sent.fail(answer.socket);
    else
      sent.answer(
        answer.status ?? 200,
        answer.body ?? (answer.status === undefined ? completion() : ERROR),
        answer.headers,
      );
  };
  const call = fakeCall();
  let outcome: Awaited<ReturnType<typeof harness.run>> | undefined;
  const done = harness.run(call).then((end) => {
    outcome = end;
  });
  for (let step = 0; outcome === undefined && step < 2000; step++) {
    await turns(2);
    harness.clock.advance(100);
  }
  await done;
  return {
    call,
    outcome,
    tries: at.length,
    gapsMs: at.slice(1).map((time, index) => time - (at[index] ?? 0)),
    harness,
  };
}

describe(requirement('B5'), () => {
  test('three retries follow after 1, 2 and 4 seconds, and the client is told not to repeat them', async () => {
    const { gapsMs, outcome, call } = await play([{ status: 503 }]);
    expect(gapsMs).toEqual([1000, 2000, 4000]);
    expect(outcome?.error?.code).toBe('upstream.unavailable');
    expect(call.retriesSpent).toBe(true);
    expect(call.attempts.map(({ reason }) => reason)).toEqual(['first', 'retry', 'retry', 'retry']);
  });

  test('no wait is longer than the maximum', async () => {
    const config = { retry: { jitter: 'none', max_attempts: 5 }, breaker: { consecutive_failures: 100 } };
    expect((await play([{ status: 500 }], config)).gapsMs).toEqual([1000, 2000, 4000, 8000, 8000]);
  });

  test.each([400, 401, 403, 404, 413, 422])('an upstream %i is not tried again', async (status) => {
    expect((await play([{ status }])).tries).toBe(1);
  });

  test.each([409, 500, 502, 503, 529, 504, 408])('an upstream %i is tried again until it passes', async (status) => {
    const { tries, outcome, call } = await play([{ status }, { status }, {}]);
    expect(tries).toBe(3);
    expect(outcome?.error).toBeUndefined();
    expect(call.attempts.map((attempt) => attempt.status)).toEqual([status, status, 200]);
    expect(call.retriesSpent).toBe(false);
  });

  test.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'])(
    'a connection that fails with %s is tried again',
    async (socket) => {
      expect((await play([{ socket }, {}])).outcome?.error).toBeUndefined();
    },
  );

  test('a certificate that cannot be trusted is not tried again', async () => {
    expect((await play([{ socket: 'CERT_HAS_EXPIRED' }])).tries).toBe(1);
  });

  test('a reply that cannot be understood is tried again', async () => {
    const { outcome } = await play([{ status: 200, body: '<html>Please wait</html>' }, {}]);
    expect(outcome?.error).toBeUndefined();
  });
});

describe(requirement('D9b'), () => {
  test('retry-after of the provider is waited for when it is longer than our own pause', async () => {
    const { gapsMs } = await play([{ status: 429, headers: { 'retry-after': '3' } }, {}]);
    expect(gapsMs).toEqual([3000]);
  });

  test('429 without retry-after, as a spend cap sends it, is not tried again', async () => {
    const { tries, outcome, call } = await play([{ status: 429 }]);
    expect(tries).toBe(1);
    expect(outcome?.error).toMatchObject({ code: 'upstream.rate_limited', retryable: false, status: 429 });
    expect(call.retriesSpent).toBe(false);
  });

  test('a wait longer than we are willing to hold the call is left to the client', async () => {
    const { tries, outcome, call } = await play([{ status: 429, headers: { 'retry-after': '30' } }]);
    expect(tries).toBe(1);
    expect(outcome?.error?.retryAfterMs).toBe(30_000);
    expect(call.retriesSpent).toBe(false);
  });
});

test('with retries switched off the client may retry by itself', async () => {
  const { tries, call } = await play([{ status: 503 }], { retry: { max_attempts: 0 } });
  expect(tries).toBe(1);
  expect(call.retriesSpent).toBe(false);
});

test('max_attempts of one provider wins over the general one', async () => {
  const config = { retry: { jitter: 'none', provider: { openai: { max_attempts: 1 } } } };
  expect((await play([{ status: 503 }], config)).tries).toBe(2);
});

test('a used-up retry budget ends the retries', async () => {
  const config = { retry: { jitter: 'none', budget_floor_per_minute: 1, budget_ratio: 0 } };
  const { tries, call } = await play([{ status: 503 }], config);
  expect(tries).toBe(2);
  expect(call.retriesSpent).toBe(true);
});

test('no retry starts that could not end before the deadline', async () => {
  const harness = gatewayHarness();
  harness.http.onRequest = (sent) => sent.answer(503, ERROR);
  const outcome = await harness.run(fakeCall({ limits: { ...LIMITS, totalMs: 900 } }));
  expect(harness.http.requests).toHaveLength(1);
  expect(outcome.error?.code).toBe('upstream.unavailable');
});

test('a call that timed out after it was sent is tried once more and no further', async () => {
  const harness = gatewayHarness();
  harness.http.onRequest = (sent) => sent.sent();
  const call = fakeCall({ limits: { ...LIMITS, attemptMs: 2000 } });
  const done = harness.run(call);
  for (let step = 0; step < 100; step++) {
    await turns(2);
    harness.clock.advance(100);
  }
  const outcome = await done;
  expect(outcome.error).toMatchObject({ code: 'upstream.timeout', details: { phase: 'attempt' } });
  expect(harness.http.requests.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(call.retriesSpent).toBe(true);
  expect(call.attempts.map(({ cost_state }) => cost_state)).toEqual(['estimated', 'estimated']);
  expect(call.attempts[0]?.tokens.input).toBeGreaterThan(0);
});

test('an upstream that answers 504 itself is not in doubt: it costs nothing and may be tried more often', async () => {
  const { tries, call } = await play([{ status: 504 }]);
  expect(tries).toBe(4);
  expect(call.record?.cost_nano_usd).toBe(0);
  expect(call.record?.cost_state).toBe('exact');
});

test('a client that leaves during the pause ends the call and nothing more is sent', async () => {
  const harness = gatewayHarness();
  harness.http.onRequest = (sent) => sent.answer(503, ERROR);
  const call = fakeCall();
  const done = harness.run(call);
  await turns();
  call.cancelled = true;
  call.running?.abort(new WeirError('call.cancelled'));
  expect((await done).error?.code).toBe('call.cancelled');
  harness.clock.advance(60_000);
  await turns();
  expect(harness.http.requests).toHaveLength(1);
});

test('a breaker that opens during the pause ends the retries', async () => {
  const provider = fakeProvider();
  const harness = gatewayHarness({ providers: [provider] });
  harness.http.onRequest = (sent) => sent.answer(503, ERROR);
  const calls = Array.from({ length: 10 }, () => harness.run(fakeCall()));
  for (let step = 0; step < 200; step++) {
    await turns(2);
    harness.clock.advance(100);
  }
  for (const outcome of await Promise.all(calls)) expect(outcome.error?.code).toBe('upstream.unavailable');
  expect(harness.http.requests).toHaveLength(10);
});
