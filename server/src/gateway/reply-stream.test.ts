import { expect, test } from 'vitest';
import { chunk, completion, fakeCall, type SentRequest } from '../../../test/chaos/support/gateway-fixture.ts';
import { gatewayHarness, turns } from '../../../test/chaos/support/gateway-harness.ts';
import { WeirError } from '../kernel/errors.ts';

const STREAM = { model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'Say "forty two".' }] };
const SSE = { 'content-type': 'text/event-stream' };
const ROLE = chunk({ role: 'assistant', content: '' });
const FINISH = chunk({}, { finish_reason: 'stop' });
const DONE = 'data: [DONE]\n\n';

/** A streamed call up to the upstream's headers. */
async function streaming(config: Record<string, unknown> = { retry: { max_attempts: 0 } }) {
  const harness = gatewayHarness({ config });
  const call = fakeCall({ body: STREAM });
  const done = harness.run(call);
  await turns();
  const upstream: SentRequest = harness.http.last.sent().headers(200, SSE);
  return { ...harness, call, done, upstream, shown: call.output };
}

test('start events wait for the first content and then leave together, byte for byte', async () => {
  const { upstream, shown, done, call } = await streaming();
  upstream.data(ROLE);
  upstream.data(': ping\n\n');
  expect(shown.started).toBe(false);
  const text = chunk({ content: 'forty' });
  upstream.data(text);
  expect(shown.text).toBe(`${ROLE}: ping\n\n${text}`);
  upstream.data(FINISH + DONE).end();
  expect((await done).error).toBeUndefined();
  expect(shown.text + call.tail?.toString()).toBe(`${ROLE}: ping\n\n${text}${FINISH}${DONE}`);
});

test('the terminator is withheld until the record is written', async () => {
  const { upstream, shown, done, call, ledger } = await streaming();
  upstream.data(ROLE + chunk({ content: 'x' }) + FINISH + DONE);
  expect(shown.text).not.toContain('[DONE]');
  upstream.end();
  await done;
  expect(shown.text).not.toContain('[DONE]');
  expect(call.tail?.toString()).toBe(DONE);
  expect(ledger.settled).toHaveLength(1);
});

test.each([
  [
    'a tool call',
    chunk({ tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }] }),
  ],
  ['a refusal', chunk({ refusal: 'No' })],
])('%s is content too', async (_what, first) => {
  const { upstream, shown } = await streaming();
  upstream.data(ROLE + first);
  expect(shown.text).toBe(ROLE + first);
});

test('no more than 64 events are held', async () => {
  const { upstream, shown } = await streaming();
  upstream.data(ROLE);
  for (let event = 2; event <= 64; event++) upstream.data(': ping\n\n');
  expect(shown.started).toBe(false);
  upstream.data(': ping\n\n');
  expect(shown.started).toBe(true);
  expect(shown.text).toBe(ROLE + ': ping\n\n'.repeat(64));
});

test('no more than 256 KiB are held', async () => {
  const { upstream, shown } = await streaming();
  upstream.data(ROLE);
  upstream.data(`: ${'x'.repeat(200 * 1024)}\n\n`);
  expect(shown.started).toBe(false);
  upstream.data(`: ${'x'.repeat(60 * 1024)}\n\n`);
  expect(shown.started).toBe(true);
});

test('nothing is held longer than half a second', async () => {
  const { upstream, shown, clock } = await streaming();
  upstream.data(ROLE);
  clock.advance(480);
  expect(shown.started).toBe(false);
  clock.advance(40);
  expect(shown.text).toBe(ROLE);
});

test('an error event before content is hidden: the call is tried again and the client sees only the good reply', async () => {
  const { upstream, shown, done, http, clock, call } = await streaming({ retry: { max_attempts: 1, jitter: 'none' } });
  upstream.data(`${ROLE}data: {"error":{"message":"overloaded","type":"overloaded_error"}}\n\n`);
  await turns();
  clock.advance(1000);
  await turns();
  const text = chunk({ content: 'fine' });
  http.last
    .sent()
    .headers(200, SSE)
    .data(ROLE + text + FINISH + DONE)
    .end();
  expect((await done).error).toBeUndefined();
  expect(shown.text).toBe(ROLE + text + FINISH);
  expect(call.attempts.map(({ reason }) => reason)).toEqual(['first', 'retry']);
});

test('after content nothing is tried again: the stream ends with the error and without its terminator', async () => {
  const { upstream, shown, done, http, call } = await streaming({ retry: { max_attempts: 3 } });
  upstream.data(`${ROLE}${chunk({ content: 'for' })}`);
  upstream.fail('ECONNRESET');
  const outcome = await done;
  expect(outcome).toMatchObject({
    status: 200,
    error: { code: 'upstream.bad_reply', details: { type: 'upstream_truncated' } },
  });
  expect(http.requests).toHaveLength(1);
  expect(shown.text).not.toContain('[DONE]');
  expect(call.tail).toBeUndefined();
  expect(call.record).toMatchObject({ success: false, cost_state: 'estimated', attempts: [{ partial: true }] });
  expect(call.record?.tokens.output).toBe(1);
});

test('a clean end without the terminator is an error, unless every choice had finished', async () => {
  const cut = await streaming();
  cut.upstream.data(`${ROLE}${chunk({ content: 'for' })}`).end();
  expect((await cut.done).error).toMatchObject({ details: { type: 'upstream_truncated' } });
  const whole = await streaming();
  whole.upstream.data(`${ROLE}${chunk({ content: 'for' })}${FINISH}`).end();
  expect((await whole.done).error).toBeUndefined();
  expect(whole.call.tail?.toString()).toBe(DONE);
});

test('a connection that breaks after the terminator breaks nothing', async () => {
  const { upstream, done } = await streaming();
  upstream.data(ROLE + chunk({ content: 'x' }) + FINISH + DONE);
  upstream.fail('ECONNRESET');
  expect((await done).error).toBeUndefined();
});

test('a provider that keeps the connection open after the terminator does not keep the client waiting', async () => {
  const { upstream, done, clock, call } = await streaming();
  upstream.data(ROLE + chunk({ content: 'x' }) + FINISH + DONE);
  clock.advance(200);
  expect((await done).error).toBeUndefined();
  expect(call.tail?.toString()).toBe(DONE);
  expect(upstream.aborted).toBe(true);
});

test('silence in a running stream ends it at the idle limit', async () => {
  const { upstream, done, clock } = await streaming();
  upstream.data(ROLE + chunk({ content: 'x' }));
  clock.advance(59_000);
  upstream.data(': ping\n\n');
  clock.advance(59_000);
  await turns();
  expect(upstream.aborted).toBe(false);
  clock.advance(2000);
  expect((await done).error).toMatchObject({ code: 'upstream.timeout', details: { phase: 'idle' } });
  expect(upstream.aborted).toBe(true);
});

test('a client that reads slowly slows the provider down and is not counted as silence', async () => {
  const { upstream, shown, clock, done } = await streaming();
  shown.blocked = true;
  upstream.data(ROLE + chunk({ content: 'x' }));
  expect(upstream.paused).toBe(true);
  clock.advance(300_000);
  expect(upstream.aborted).toBe(false);
  shown.drain();
  expect(upstream.paused).toBe(false);
  upstream.data(FINISH + DONE).end();
  expect((await done).error).toBeUndefined();
});

test('a client that leaves aborts the provider at once; what was made so far is recorded as partial', async () => {
  const { upstream, done, call } = await streaming();
  upstream.data(ROLE + chunk({ content: 'forty two and then some' }));
  call.cancelled = true;
  call.running?.abort(new WeirError('call.cancelled'));
  expect(upstream.aborted).toBe(true);
  expect((await done).error?.code).toBe('call.cancelled');
  expect(call.record).toMatchObject({
    success: false,
    cost_state: 'estimated',
    attempts: [{ partial: true, error_code: 'call.cancelled' }],
  });
  expect(call.record?.tokens.output).toBe(6);
});

test('a record that cannot be written ends the stream with an error instead of its terminator', async () => {
  const { upstream, done, ledger } = await streaming();
  ledger.failing = { settle: new WeirError('store.unavailable') };
  upstream.data(ROLE + chunk({ content: 'x' }) + FINISH + DONE).end();
  expect((await done).error?.code).toBe('store.unavailable');
});

test('what follows the terminator does not reach the client as content', async () => {
  const { upstream, done, shown } = await streaming();
  upstream.data(ROLE + chunk({ content: 'x' }) + FINISH + DONE);
  upstream.data(chunk({ content: 'smuggled' })).end();
  await done;
  expect(shown.text).not.toContain('smuggled');
});

test('a provider that answers a streaming request with a whole reply has answered badly', async () => {
  const harness = gatewayHarness({ config: { retry: { max_attempts: 0 } } });
  harness.http.onRequest = (sent) => sent.answer(200, completion());
  expect((await harness.run(fakeCall({ body: STREAM }))).error?.code).toBe('upstream.bad_reply');
});

test('text that passes undecoded keeps its bytes however the chunks are cut, and is counted', async () => {
  const words = ['one', ' two', ' "three"', '\n', ' fünf 🎉', ' \u0007', ' six'];
  const text = words.map((content) => chunk({ content })).join('');
  const whole = Buffer.from(ROLE + text + FINISH + DONE);
  for (const size of [1, 7, 100, 333, whole.length]) {
    const { upstream, shown, done, call } = await streaming();
    for (let at = 0; at < whole.length; at += size) upstream.handler.onData(whole.subarray(at, at + size));
    upstream.end();
    await done;
    expect(shown.text + call.tail?.toString(), `chunks of ${size} bytes`).toBe(whole.toString());
    expect(call.progress.outputCharacters).toBe(words.join('').length);
  }
});

test('an error behind text that passed undecoded is found', async () => {
  const { upstream, done } = await streaming();
  for (const content of ['a', 'b', 'c', 'd']) upstream.data(chunk({ content }));
  upstream.data('data: {"error":{"message":"overloaded","code":503}}\n\n');
  expect((await done).error).toMatchObject({ fault: 'upstream' });
});
