import { expect, test } from 'vitest';
import { chunk, completion, fakeCall, fakeProvider } from '../../../../test/chaos/support/gateway-fixture.ts';
import { gatewayHarness, turns } from '../../../../test/chaos/support/gateway-harness.ts';
import { WeirError } from '../../kernel/errors.ts';

const SSE = { 'content-type': 'text/event-stream' };
const ROLE = chunk({ role: 'assistant', content: '' });
const FINISH = chunk({}, { finish_reason: 'stop' });
const DONE = 'data: [DONE]\n\n';
const ASKED = {
  model: 'gpt-4o-mini',
  stream: true,
  messages: [{ role: 'user', content: 'JSON, please.' }],
  response_format: { type: 'json_object' },
};
const RETRY_AT_ONCE = { max_attempts: 1, base_delay_ms: 0, jitter: 'none' };

async function streaming(config: Record<string, unknown> = { retry: { max_attempts: 0 } }) {
  const harness = gatewayHarness({ config });
  const call = fakeCall({ body: ASKED });
  const done = harness.run(call);
  await turns();
  return { ...harness, call, done, shown: call.output, upstream: harness.http.last.sent().headers(200, SSE) };
}

test('nothing of a held stream leaves before its end, however long it is and however long it takes', async () => {
  const { upstream, shown, clock, done, call } = await streaming();
  const texts = ['{"a":"', ...Array.from({ length: 400 }, () => 'x'.repeat(1000)), '"}'];
  for (const content of texts) {
    upstream.data(chunk({ content }));
    clock.advance(100);
  }
  expect(shown.started).toBe(false);
  upstream.data(FINISH + DONE).end();
  expect((await done).error).toBeUndefined();
  expect(shown.text).toBe(texts.map((content) => chunk({ content })).join('') + FINISH);
  expect(call.tail?.toString()).toBe(DONE);
  expect(call.validated).toBe('valid');
});

test('a held stream that breaks is tried again, and what it sent is forgotten', async () => {
  const { upstream, http, clock, shown, done, call } = await streaming({ retry: RETRY_AT_ONCE });
  upstream.data(ROLE + chunk({ content: '{"from the first' }));
  upstream.fail('ECONNRESET');
  await turns();
  clock.advance(1);
  await turns();
  http.last
    .sent()
    .headers(200, SSE)
    .data(ROLE + chunk({ content: '{"a":1,}' }) + FINISH + DONE)
    .end();
  expect((await done).error).toBeUndefined();
  expect(shown.text).toContain('{\\"a\\":1}');
  expect(shown.text).not.toContain('first');
  expect(call.attempts.map(({ reason }) => reason)).toEqual(['first', 'retry']);
  expect(call.validated).toBe('repaired');
});

test('a held stream is no larger than a whole reply may be', async () => {
  const { upstream, done, shown } = await streaming({ retry: { max_attempts: 0 }, server: { max_reply_bytes: 2000 } });
  for (let at = 0; at < 20; at++) upstream.data(chunk({ content: 'x'.repeat(100) }));
  expect((await done).error).toMatchObject({
    code: 'upstream.bad_reply',
    message: expect.stringContaining('server.max_reply_bytes'),
  });
  expect(shown.started).toBe(false);
});

test('who leaves while a stream is held stops the provider', async () => {
  const { upstream, call, done } = await streaming();
  upstream.data(ROLE + chunk({ content: '{' }));
  call.cancelled = true;
  call.running?.abort(new WeirError('call.cancelled'));
  expect((await done).error?.code).toBe('call.cancelled');
  expect(upstream.aborted).toBe(true);
});

test('no more asks than configured are made in one call, over all of its targets', async () => {
  const harness = gatewayHarness({
    providers: [fakeProvider('openai'), fakeProvider('groq')],
    routes: { pair: { targets: ['openai/gpt-4o-mini', 'groq/llama-3.3-70b-versatile'] } },
    config: { retry: { max_attempts: 0 }, validation: { max_reasks: 2 } },
  });
  harness.http.onRequest = (sent) => setImmediate(() => sent.answer(200, completion('no json')));
  const call = fakeCall({ body: { ...ASKED, stream: false, model: 'pair' } });
  const outcome = await harness.run(call);
  expect(outcome.error?.code).toBe('reply.invalid');
  expect(outcome.error?.details.targets).toEqual({
    'openai/gpt-4o-mini': 'reply.invalid',
    'groq/llama-3.3-70b-versatile': 'reply.invalid',
  });
  expect(call.attempts.map(({ reason }) => reason)).toEqual(['first', 'reask', 'reask', 'fallback']);
  expect(call.reply).toBeUndefined();
});

test('the request is what the client sent again when the call is over', async () => {
  const harness = gatewayHarness({ config: { retry: { max_attempts: 0 } } });
  harness.http.onRequest = (sent, at) =>
    setImmediate(() => sent.answer(200, completion(at === 1 ? 'no json' : '{"a":1}')));
  const call = fakeCall({ body: { ...ASKED, stream: false } });
  const { payload } = call;
  expect((await harness.run(call)).error).toBeUndefined();
  expect(call.payload).toBe(payload);
  expect(call.validated).toBe('reasked');
});

test('when asking again is refused, the client sees that the reply was invalid', async () => {
  const harness = gatewayHarness({ config: { retry: { max_attempts: 0 } } });
  harness.http.onRequest = (sent, at) =>
    setImmediate(() => {
      if (at === 1) sent.answer(200, completion('no json'));
      else sent.answer(400, { error: { message: 'too long', type: 'invalid_request_error' } });
    });
  const outcome = await harness.run(fakeCall({ body: { ...ASKED, stream: false } }));
  expect(outcome.error?.code).toBe('reply.invalid');
});

test('replies that call tools or refuse are not held to the form of an answer', async () => {
  const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
  const messages = [
    { role: 'assistant', content: 'Let me look.', tool_calls: [call] },
    { role: 'assistant', content: null, refusal: 'No.' },
  ];
  for (const message of messages) {
    const harness = gatewayHarness({ config: { retry: { max_attempts: 0 } } });
    const reply = { ...completion('x'), choices: [{ index: 0, message, finish_reason: 'tool_calls' }] };
    harness.http.onRequest = (sent) => setImmediate(() => sent.answer(200, reply));
    const asked = fakeCall({ body: { ...ASKED, stream: false } });
    expect((await harness.run(asked)).error).toBeUndefined();
    expect(asked.validated).toBeUndefined();
  }
});

test('every choice of a reply must be valid, and only the bad ones change', async () => {
  const harness = gatewayHarness({ config: { retry: { max_attempts: 0 } } });
  const choice = (index: number, content: string) => ({
    index,
    message: { role: 'assistant', content },
    finish_reason: 'stop',
  });
  const reply = { ...completion('x'), choices: [choice(0, '{ "a": 1 }'), choice(1, '{"a":2,}')] };
  harness.http.onRequest = (sent) => setImmediate(() => sent.answer(200, reply));
  const call = fakeCall({ body: { ...ASKED, stream: false, n: 2 } });
  expect((await harness.run(call)).error).toBeUndefined();
  const said = JSON.parse(call.reply?.body.toString() ?? '').choices;
  expect(said[0].message.content).toBe('{ "a": 1 }');
  expect(JSON.parse(said[1].message.content)).toEqual({ a: 2 });
  expect(call.validated).toBe('repaired');
});
