import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { completion, fakeCall, LIMITS } from '../../../test/chaos/support/gateway-fixture.ts';
import { gatewayHarness, turns } from '../../../test/chaos/support/gateway-harness.ts';

const ONCE = { retry: { max_attempts: 0 }, server: { max_reply_bytes: 2000 } };

async function attempt(config: Record<string, unknown> = ONCE) {
  const harness = gatewayHarness({ config });
  const call = fakeCall({ limits: { ...LIMITS, totalMs: 10_000, attemptMs: 4000 } });
  const done = harness.run(call);
  await turns();
  return { ...harness, call, done, upstream: harness.http.last };
}

test('a whole reply passes with its bytes as they were', async () => {
  const { upstream, done, call } = await attempt();
  const body = `${JSON.stringify(completion())}\n`;
  upstream.answer(200, body);
  expect(await done).toMatchObject({ error: undefined, status: 200 });
  expect(call.reply?.body.toString()).toBe(body);
});

test.each([
  ['HTML', '<html>Please wait</html>'],
  ['nothing', ''],
  ['a list', '[1]'],
  ['half a reply', '{"id":"x","choices":['],
])('a 200 with %s is a bad reply', async (_what, body) => {
  const { upstream, done } = await attempt();
  upstream.answer(200, body);
  expect((await done).error).toMatchObject({ code: 'upstream.bad_reply', status: 502 });
});

test('a reply over the limit is cut off as soon as it is too large', async () => {
  const { upstream, done } = await attempt();
  upstream.sent().headers(200).data('x'.repeat(1999));
  expect(upstream.aborted).toBe(false);
  upstream.data('xx');
  expect(upstream.aborted).toBe(true);
  expect((await done).error).toMatchObject({
    code: 'upstream.bad_reply',
    message: expect.stringContaining('max_reply_bytes'),
  });
});

test('a compressed reply is read when it is small and refused when it unpacks to too much', async () => {
  const good = await attempt();
  good.upstream.sent().headers(200, { 'content-encoding': 'gzip' });
  good.upstream.handler.onData(gzipSync(JSON.stringify(completion())));
  good.upstream.end();
  expect((await good.done).error).toBeUndefined();
  const bomb = await attempt();
  bomb.upstream.sent().headers(200, { 'content-encoding': 'gzip' });
  bomb.upstream.handler.onData(gzipSync(Buffer.alloc(1_000_000)));
  bomb.upstream.end();
  expect((await bomb.done).error).toMatchObject({
    code: 'upstream.bad_reply',
    message: expect.stringContaining('too large'),
  });
});

test('an encoding nobody asked for and nobody can read is a bad reply', async () => {
  const { upstream, done } = await attempt();
  upstream.answer(200, 'x', { 'content-encoding': 'zstd' });
  expect((await done).error?.code).toBe('upstream.bad_reply');
});

test('silence before the headers ends at the limit of the attempt', async () => {
  const { upstream, done, clock, call } = await attempt();
  upstream.sent();
  clock.advance(3990);
  await turns();
  expect(upstream.aborted).toBe(false);
  clock.advance(40);
  expect((await done).error).toMatchObject({ code: 'upstream.timeout', status: 504, details: { phase: 'attempt' } });
  expect(upstream.aborted).toBe(true);
  expect(call.record).toMatchObject({ cost_state: 'estimated' });
});

test('an attempt that never left and ran out of time costs nothing', async () => {
  const { done, clock, call } = await attempt();
  clock.advance(4100);
  expect((await done).error?.code).toBe('upstream.timeout');
  expect(call.record).toMatchObject({ cost_nano_usd: 0, cost_state: 'exact', tokens_used: 0 });
});

test('nothing that arrives after the end changes it', async () => {
  const { upstream, done, clock, call } = await attempt();
  upstream.sent();
  clock.advance(4100);
  await done;
  upstream.headers(200).data(JSON.stringify(completion())).end();
  upstream.fail('ECONNRESET');
  expect(call.reply).toBeUndefined();
});
