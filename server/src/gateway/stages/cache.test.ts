import { describe, expect, it } from 'vitest';
import { chunk, completion, type FakeOutput, fakeCall } from '../../../../test/chaos/support/gateway-fixture.ts';
import { gatewayHarness, turns } from '../../../../test/chaos/support/gateway-harness.ts';
import { requirement } from '../../../../test/support/requirement.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { Call } from '../../ports/call.ts';

const ON = { cache: { exact: { enabled: true } }, retry: { max_attempts: 0 } };
const BODY = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'forty two?' }] };
const STREAMED = { ...BODY, stream: true };
const SSE = { 'content-type': 'text/event-stream' };
const END = 'data: [DONE]\n\n';
const usageChunk = `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini', choices: [], usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 } })}\n\n`;

const text = (call: Call) => call.reply?.body.toString('utf8') ?? '';
const wholeStream = (call: Call & { readonly output: FakeOutput }) =>
  call.output.text + (call.tail?.toString('utf8') ?? '');

/** Answers as a provider that streams does. */
function answerStream(sent: ReturnType<typeof gatewayHarness>['http']['last'], words: readonly string[]): void {
  sent.sent().headers(200, SSE);
  for (const word of words) sent.data(chunk({ content: word }));
  sent
    .data(chunk({}, { finish_reason: 'stop' }))
    .data(usageChunk)
    .data(END)
    .end();
}

describe(requirement('A17d'), () => {
  it('calls identical requests that run at the same time once', async () => {
    const { http, run, ledger } = gatewayHarness({ config: ON });
    const calls = Array.from({ length: 20 }, () => fakeCall({ body: BODY }));
    const outcomes = calls.map(run);
    await turns();
    expect(http.requests.length).toBe(1);
    http.last.answer(200, completion());
    expect((await Promise.all(outcomes)).every(({ error }) => error === undefined)).toBe(true);
    expect(new Set(calls.map(text))).toEqual(new Set([JSON.stringify(completion())]));
    expect(calls.map(({ cache }) => cache)).toEqual(['miss', ...Array(19).fill('hit')]);
    expect(ledger.settled.filter(({ cost_nano_usd }) => cost_nano_usd > 0).length).toBe(1);
    expect(ledger.settled.length).toBe(20);
  });

  it('gives streaming and whole calls what one of them got', async () => {
    const { http, run } = gatewayHarness({ config: ON });
    const [first, streamed, whole] = [
      fakeCall({ body: STREAMED }),
      fakeCall({ body: STREAMED }),
      fakeCall({ body: BODY }),
    ];
    const outcomes = [first, streamed, whole].map(run);
    await turns();
    expect(http.requests.length).toBe(1);
    answerStream(http.last, ['forty', ' two']);
    await Promise.all(outcomes);
    expect(wholeStream(streamed)).toBe(wholeStream(first));
    expect(wholeStream(first)).toContain('[DONE]');
    expect(JSON.parse(text(whole)).choices[0].message.content).toBe('forty two');
    expect(JSON.parse(text(whole)).usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 3 });
  });

  it('hands over when the client of the leading call leaves: one other leads, the rest follow it', async () => {
    const { http, run } = gatewayHarness({ config: ON });
    const calls = Array.from({ length: 5 }, () => fakeCall({ body: BODY }));
    const outcomes = calls.map(run);
    await turns();
    const leader = calls[0] as Call;
    leader.cancelled = true;
    leader.running?.abort(new WeirError('call.cancelled'));
    await turns();
    expect([http.requests.length, http.requests[0]?.aborted]).toEqual([2, true]);
    http.last.answer(200, completion());
    const [left, ...others] = await Promise.all(outcomes);
    expect(left?.error?.code).toBe('call.cancelled');
    expect(others.every(({ error }) => error === undefined)).toBe(true);
    expect(calls.slice(1).map(({ cache }) => cache)).toEqual(['miss', 'hit', 'hit', 'hit']);
  });

  it('lets the others go on their own when the leading call fails', async () => {
    const { http, run } = gatewayHarness({ config: ON });
    const calls = Array.from({ length: 4 }, () => fakeCall({ body: BODY }));
    const outcomes = calls.map(run);
    await turns();
    http.last.answer(400, { error: { message: 'no', type: 'invalid_request_error' } });
    await turns();
    expect(http.requests.length).toBe(4);
    const late = fakeCall({ body: BODY });
    const lateOutcome = run(late);
    await turns();
    expect(http.requests.length).toBe(4);
    for (const sent of http.requests.slice(1)) sent.answer(200, completion());
    const [failed, ...others] = await Promise.all(outcomes);
    expect(failed?.error?.code).toBe('upstream.rejected');
    expect(others.every(({ error }) => error === undefined)).toBe(true);
    expect((await lateOutcome).error).toBeUndefined();
    expect(late.cache).toBe('hit');
  });

  it('lets a follower go whose client left, or whose time is over, and no other', async () => {
    const { http, run, clock } = gatewayHarness({ config: ON });
    const [leader, gone, hasty] = [fakeCall({ body: BODY }), fakeCall({ body: BODY }), fakeCall({ body: BODY })];
    hasty.limits = { totalMs: 1000, attemptMs: 1000, idleMs: 1000 };
    const outcomes = [leader, gone, hasty].map(run);
    await turns();
    gone.cancelled = true;
    gone.running?.abort(new WeirError('call.cancelled'));
    clock.advance(1500);
    await turns();
    expect((await outcomes[1])?.error?.code).toBe('call.cancelled');
    expect((await outcomes[2])?.error?.code).toBe('upstream.timeout');
    http.last.answer(200, completion());
    expect((await outcomes[0])?.error).toBeUndefined();
    expect(http.requests.length).toBe(1);
  });

  it('does not let the others wait for a client that does not read', async () => {
    const { http, run, clock } = gatewayHarness({ config: ON });
    const [leader, follower] = [fakeCall({ body: STREAMED }), fakeCall({ body: STREAMED })];
    const client = leader.output;
    client.blocked = true;
    const outcomes = [leader, follower].map(run);
    await turns();
    http.last
      .sent()
      .headers(200, SSE)
      .data(chunk({ content: 'forty' }));
    clock.advance(500);
    await turns();
    expect(http.requests.length).toBe(1);
    clock.advance(600);
    await turns();
    expect(http.requests.length).toBe(2);
    answerStream(http.last, ['forty', ' two']);
    expect((await outcomes[1])?.error).toBeUndefined();
    expect(follower.cache).toBe('miss');
    client.drain();
    http.requests[0]
      ?.data(chunk({}, { finish_reason: 'stop' }))
      .data(usageChunk)
      .data(END)
      .end();
    expect((await outcomes[0])?.error).toBeUndefined();
  });

  it('keeps nothing of a stream that broke or whose client left', async () => {
    const { http, run } = gatewayHarness({ config: ON });
    const broken = fakeCall({ body: STREAMED });
    const outcome = run(broken);
    await turns();
    http.last
      .sent()
      .headers(200, SSE)
      .data(chunk({ content: 'for' }))
      .fail('ECONNRESET');
    expect((await outcome).error).toBeDefined();
    const left = fakeCall({ body: STREAMED });
    const leaving = run(left);
    await turns();
    http.last
      .sent()
      .headers(200, SSE)
      .data(chunk({ content: 'for' }));
    left.cancelled = true;
    left.running?.abort(new WeirError('call.cancelled'));
    await leaving;
    const next = fakeCall({ body: BODY });
    const last = run(next);
    await turns();
    expect(http.requests.length).toBe(3);
    http.last.answer(200, completion());
    await last;
    expect(next.cache).toBe('miss');
  });

  it('forgets when the time is over', async () => {
    const { http, run, clock } = gatewayHarness({ config: { ...ON, cache: { exact: { enabled: true, ttl_s: 60 } } } });
    http.onRequest = (sent) => queueMicrotask(() => sent.answer(200, completion()));
    const verdicts: string[] = [];
    for (const waitMs of [0, 59_000, 2000]) {
      clock.advance(waitMs);
      const call = fakeCall({ body: BODY });
      await run(call);
      verdicts.push(call.cache);
    }
    expect(verdicts).toEqual(['miss', 'hit', 'miss']);
  });

  it('keeps no reply larger than configured, whole or streamed', async () => {
    const { http, run } = gatewayHarness({
      config: { ...ON, cache: { exact: { enabled: true, max_reply_bytes: 500 } } },
    });
    for (const body of [BODY, STREAMED, BODY]) {
      const call = fakeCall({ body });
      const running = run(call);
      await turns();
      if (call.stream) answerStream(http.last, ['x'.repeat(400), 'y']);
      else http.last.answer(200, completion('x'.repeat(600)));
      await running;
      expect(call.cache).toBe('miss');
    }
    expect(http.requests.length).toBe(3);
  });

  it('sends the same bytes whether the cache is on or off, so that provider prompt caches keep working', async () => {
    const bodies: string[] = [];
    for (const config of [{}, ON]) {
      const { http, run } = gatewayHarness({ config });
      http.onRequest = (sent) => queueMicrotask(() => sent.answer(200, completion()));
      await run(fakeCall({ body: { ...BODY, prompt_cache_key: 'k', unknown_field: { b: 1, a: [] } } }));
      bodies.push(String(http.last.request.body));
    }
    expect(bodies[1]).toBe(bodies[0]);
  });

  it('computes nothing for calls that want nothing of it', async () => {
    const { http, run } = gatewayHarness({ config: {} });
    http.onRequest = (sent) => queueMicrotask(() => sent.answer(200, completion()));
    const call = fakeCall({ body: BODY });
    const { payload } = call;
    if (payload.kind !== 'chat') throw new Error('chat expected');
    let read = 0;
    const watched = new Proxy(payload.request.json, {
      ownKeys: (target) => {
        read++;
        return Reflect.ownKeys(target);
      },
    });
    call.payload = { ...payload, request: { ...payload.request, json: watched } };
    const output = call.output;
    await run(call);
    expect([call.cache, read, call.output === output]).toEqual(['bypass', 0, true]);
    await run(fakeCall({ body: BODY, payload: call.payload, cacheAsked: 'use' }));
    expect(read).toBeGreaterThan(0);
  });
});
