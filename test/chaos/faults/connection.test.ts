import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { expectBrokenStream, repliedError } from '../support/expectations.ts';
import { type FrozenServer, startFrozenServer } from '../support/frozen-server.ts';
import { type RawServer, rawCompletion, startRawServer } from '../support/raw-server.ts';
import { Scene, streamedError, WIRES } from '../support/scene.ts';
import { UNTRUSTED } from '../support/untrusted-certificate.ts';
import { startToxicProxy, type ToxicProxy } from '../toxic-proxy.ts';

let scene: Scene;
let frozen: FrozenServer;
let toxic: ToxicProxy;
let bothLengths: RawServer;
let shortBody: RawServer;
let closing: RawServer;
const tls = createServer(UNTRUSTED, (_request, response) => response.end('{}'));

beforeAll(async () => {
  frozen = await startFrozenServer();
  bothLengths = await startRawServer((socket) => socket.write(rawCompletion('transfer-encoding: chunked\r\n')));
  shortBody = await startRawServer((socket) => socket.end(rawCompletion().slice(0, -10)));
  // Answers, and closes the connection exactly when the next request arrives on it.
  let closed = false;
  closing = await startRawServer((socket, at) => {
    if (at === 2 && !closed) {
      closed = true;
      socket.destroy();
    } else socket.write(rawCompletion());
  });
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
  const free = await freePort();
  const local = (port: number, scheme = 'http') => ({
    type: 'openai-compatible',
    api_key: 'sk-x',
    base_url: `${scheme}://127.0.0.1:${port}/v1`,
  });
  const simulated = async (simulatorPort: number) => {
    toxic = await startToxicProxy(simulatorPort);
    return toxic.port;
  };
  const { startSimulator } = await import('../../../server/src/simulator/server.ts');
  const behind = await startSimulator();
  const toxicPort = await simulated(behind.port);
  closers.push(() => behind.close());
  scene = await Scene.start({
    providers: {
      refusing: local(free),
      unnamed: { type: 'openai-compatible', api_key: 'sk-x', base_url: 'http://upstream.invalid/v1' },
      blackhole: local(frozen.port),
      untrusted: local((tls.address() as AddressInfo).port, 'https'),
      toxic: local(toxicPort),
      bothlengths: local(bothLengths.port),
      shortbody: local(shortBody.port),
      closing: local(closing.port),
    },
    routes: Object.fromEntries(
      ['refusing', 'unnamed', 'blackhole', 'untrusted', 'toxic', 'bothlengths', 'shortbody'].map((name) => [
        `${name}-or-backup`,
        { targets: [`${name}/m`, `backup/${name}-backup`] },
      ]),
    ),
    config: {
      retry: { max_attempts: 1, base_delay_ms: 10, jitter: 'none' },
      breaker: { consecutive_failures: 1000, minimum_calls: 1000 },
    },
  });
});

const closers: (() => Promise<void>)[] = [];

afterAll(async () => {
  await scene?.close();
  for (const each of [frozen, toxic, bothLengths, shortBody, closing]) await each?.close();
  for (const close of closers) await close();
  tls.close();
});

async function freePort(): Promise<number> {
  const server = await startRawServer(() => {});
  await server.close();
  return server.port;
}

describe(requirement('B11'), () => {
  describe.each([
    ['F1', 'refuses the connection', 'refusing', 502, 'upstream.unavailable', 2],
    ['F2', 'has a name that does not resolve', 'unnamed', 502, 'upstream.unavailable', 2],
    ['F3', 'does not accept the connection', 'blackhole', 504, 'upstream.timeout', 2],
    ['F4', 'has a certificate nobody trusts', 'untrusted', 502, 'upstream.unavailable', 1],
    ['F21', 'sends a length and chunks', 'bothlengths', 502, 'upstream.unavailable', 2],
    ['F21', 'sends less than it declares', 'shortbody', 502, 'upstream.unavailable', 2],
  ])('%s: an upstream that %s', (_fault, _what, provider, status, code, attempts) => {
    test.each(WIRES)('gives way to the backup, on the %s wire', async (wire) => {
      const answer = await scene.chat({ wire, model: `${provider}-or-backup` });
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('the weir holds');
      expect(answer.headers.get('x-weir-attempts')).toBe(String(attempts + 1));
      expect(answer.headers.get('x-weir-fallback')).toContain(code);
      const record = await scene.record(answer.requestId);
      expect(record.success).toBe(true);
      expect(record.attempts.slice(0, -1).map((attempt) => [attempt.provider, attempt.error_code])).toEqual(
        Array.from({ length: attempts }, () => [provider, code]),
      );
      expect(record.attempts.slice(0, -1).every(({ cost_nano_usd }) => cost_nano_usd === 0)).toBe(true);
      expect(record.attempts.at(-1)?.reason).toBe('fallback');
    });

    test.each(WIRES)('is a clear error without a backup, on the %s wire', async (wire) => {
      const answer = await scene.chat({ wire, model: `${provider}/alone` });
      expect(answer.status).toBe(status);
      const error = repliedError(wire, answer);
      expect(error.message).not.toMatch(/127\.0\.0\.1|CERT|sk-x/);
      expect(await scene.record(answer.requestId)).toMatchObject({
        success: false,
        status,
        error_code: code,
        cost_nano_usd: 0,
      });
    });
  });
});

test('F3: a connection that is not accepted is given up at the connect limit', async () => {
  const answer = await scene.chat({ model: 'blackhole/once' });
  // Two tries of 500 ms each, on timers that look at the clock every half second.
  expect(answer.tookMs).toBeLessThan(4000);
  expect((await scene.record(answer.requestId)).attempts[0]?.error_code).toBe('upstream.timeout');
});

test('F7: a connection reset before the first byte is hidden by the backup', async () => {
  toxic.toxics = { resetAfterBytes: 0 };
  const answer = await scene.chat({ model: 'toxic-or-backup', stream: true });
  expect(answer.status).toBe(200);
  expect(answer.text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  const record = await scene.record(answer.requestId);
  expect(record.attempts.map(({ provider, reason }) => [provider, reason])).toEqual([
    ['toxic', 'first'],
    ['toxic', 'retry'],
    ['backup', 'fallback'],
  ]);
});

test.each(WIRES)(
  'F8: a connection that breaks inside the reply ends in an error event, on the %s wire',
  async (wire) => {
    toxic.toxics = { limitBytes: 2200 };
    const answer = await scene.chat({ wire, model: 'toxic-or-backup', stream: true, prompt: 'Write it in 200 words.' });
    expectBrokenStream(wire, answer);
    const record = await scene.record(answer.requestId);
    expect(record).toMatchObject({
      success: false,
      error_code: 'upstream.bad_reply',
      cost_state: expect.stringMatching(/estimated|unpriced/),
    });
    expect(record.attempts).toMatchObject([{ provider: 'toxic', partial: true }]);
    expect(record.tokens.output).toBeGreaterThan(0);
  },
);

test('F8: wherever the connection breaks, the client gets the whole reply or an error, never a false end', async () => {
  toxic.toxics = {};
  const whole = await scene.chat({ model: 'toxic/whole', stream: true });
  expect(streamedError('openai', whole.text)).toBeUndefined();
  for (let limitBytes = 0; limitBytes < 2600; limitBytes += 97) {
    toxic.toxics = { limitBytes };
    const answer = await scene.chat({ model: 'toxic/cut', stream: true });
    const isWhole = answer.status === 200 && answer.text.trimEnd().endsWith('data: [DONE]');
    const says = answer.status === 200 ? streamedError('openai', answer.text) : repliedError('openai', answer);
    expect([limitBytes, isWhole, says !== undefined]).toEqual([limitBytes, isWhole, !isWhole]);
    expect((await scene.record(answer.requestId)).success).toBe(isWhole);
  }
});

test('a provider whose bytes come one by one is slower and nothing else', async () => {
  toxic.toxics = { sliceBytes: 1 };
  for (const wire of WIRES) {
    const answer = await scene.chat({ wire, model: 'toxic/sliced', stream: true });
    expect(streamedError(wire, answer.text)).toBeUndefined();
    expect((await scene.record(answer.requestId)).success).toBe(true);
  }
});

test('a provider that is slow to close after its last event does not keep the client waiting', async () => {
  toxic.toxics = { latencyMs: 5, slowCloseMs: 3000 };
  const answer = await scene.chat({ model: 'toxic/slow-close', stream: true, headers: { 'x-stainless-timeout': '2' } });
  expect(answer.text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  expect(answer.tookMs).toBeLessThan(1500);
});

test('F24: a trickle is ended at the deadline of the call', async () => {
  toxic.toxics = { bytesPerSecond: 100 };
  const answer = await scene.chat({ model: 'toxic/trickle', headers: { 'x-stainless-timeout': '0.6' } });
  expect(answer.status).toBe(504);
  expect(repliedError('openai', answer).message).toEqual(expect.any(String));
  expect(answer.tookMs).toBeLessThan(1500);
  expect((await scene.record(answer.requestId)).attempts).toMatchObject([
    { partial: true, error_code: 'upstream.timeout' },
  ]);
});

test('F24: a stream that trickles on past the deadline ends with an error event', async () => {
  toxic.toxics = { bytesPerSecond: 2000 };
  const answer = await scene.chat({
    model: 'toxic/trickle',
    stream: true,
    prompt: 'Write it in 500 words.',
    headers: { 'x-stainless-timeout': '1' },
  });
  expectBrokenStream('openai', answer);
  expect(answer.tookMs).toBeLessThan(2000);
  expect((await scene.record(answer.requestId)).attempts).toMatchObject([{ partial: true }]);
});

test('F28: a peer that vanished costs one try; the next connection answers', async () => {
  toxic.toxics = {};
  expect((await scene.chat({ model: 'toxic/warm' })).status).toBe(200);
  toxic.toxics = { timeout: true };
  const stuck = await scene.chat({ model: 'toxic/gone', headers: { 'x-stainless-timeout': '0.4' } });
  expect(stuck.status).toBe(504);
  toxic.toxics = {};
  const next = await scene.chat({ model: 'toxic/back' });
  expect(next.status).toBe(200);
  expect((await scene.record(next.requestId)).attempts).toHaveLength(1);
});

test('F29: a kept connection that closes under a request is replaced without the client noticing', async () => {
  expect((await scene.chat({ model: 'closing/m' })).status).toBe(200);
  const answer = await scene.chat({ model: 'closing/m' });
  expect(answer.status).toBe(200);
  const record = await scene.record(answer.requestId);
  expect(record.attempts.map(({ error_code }) => error_code)).toEqual(['upstream.unavailable', null]);
  expect(closing.requests).toBe(3);
});
