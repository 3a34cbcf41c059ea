import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWeir } from '../../support/weir.ts';
import { quantile } from '../support/load.ts';
import { Scene } from '../support/scene.ts';

const SECRET = 'a-secret-of-24-characters';

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

const received: Received[] = [];
let answering: 'at once' | 'never';
const receiver = createServer(async (request, response) => {
  let text = '';
  for await (const piece of request) text += piece;
  received.push({ headers: request.headers, text });
  if (answering === 'at once') response.end();
});
let scene: Scene | undefined;

beforeEach(async () => {
  answering = 'at once';
  received.length = 0;
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await scene?.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

const hook = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
const start = async (more: object = {}, config: Readonly<Record<string, object>> = {}) => {
  scene = await Scene.start({ config: { alerts: { webhook: hook(), secret: SECRET, ...more }, ...config } });
  return scene;
};

/** The first alert that says this. */
async function alertSaying(part: string): Promise<Received> {
  const find = () => received.find(({ text }) => text.includes(part));
  await expect.poll(find, { timeout: 5000, interval: 20 }).toBeDefined();
  return find() as Received;
}

test('F14: a refused credential is told by a signed webhook, without a word of it', async () => {
  const { simulator, chat, weir } = bound(await start());
  simulator.faults.add({ match: { model: 'locked' }, fault: { kind: 'status', code: 401 }, times: 'always' });
  expect((await chat({ model: 'openai/locked' })).status).toBe(502);
  const { headers, text } = await alertSaying('refuses our credential');
  expect(JSON.parse(text)).toMatchObject({
    kind: 'provider_down',
    details: { provider: 'openai', error: 'upstream.auth' },
  });
  const [, seconds, signature] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['x-weir-signature'])) ?? [];
  expect(signature).toBe(createHmac('sha256', SECRET).update(`${seconds}.${text}`).digest('hex'));
  expect(text).not.toContain('sk-first');
  expect((await weir.api('GET /metrics')).text).toContain(
    'weir_alerts_total{kind="provider_down",outcome="delivered"} 1',
  );
});

test('F23: token counts that cannot be true are told', async () => {
  const { simulator, chat } = bound(await start());
  simulator.faults.add({
    match: { model: 'gpt-4o-mini' },
    fault: { kind: 'absurd_usage', value: -7 },
    times: 'always',
  });
  for (let call = 0; call < 3; call++) expect((await chat({ model: 'openai/gpt-4o-mini' })).status).toBe(200);
  expect(JSON.parse((await alertSaying('token counts')).text).details).toMatchObject({ provider: 'openai', calls: 3 });
});

test('a provider whose breaker opened is told, and so is a surge of errors', async () => {
  const { simulator, chat } = bound(
    await start({ error_surge_count: 5 }, { retry: { max_attempts: 0 }, breaker: { consecutive_failures: 5 } }),
  );
  simulator.faults.add({ match: { model: 'down' }, fault: { kind: 'status', code: 503 }, times: 'always' });
  for (let call = 0; call < 8; call++) await chat({ model: 'openai/down' });
  expect(JSON.parse((await alertSaying('openai is failing')).text).kind).toBe('provider_down');
  expect(JSON.parse((await alertSaying('calls failed within a minute')).text).kind).toBe('error_surge');
});

test('F53: a receiver that never answers, or is not there, leaves calls alone', async () => {
  answering = 'never';
  const { simulator, chat, weir } = bound(await start());
  simulator.faults.add({ match: { model: 'locked' }, fault: { kind: 'status', code: 401 }, times: 'always' });
  const quiet = await timesOf(50, chat);
  await chat({ model: 'openai/locked' });
  await expect.poll(() => received.length, { timeout: 5000, interval: 20 }).toBe(1);
  const waiting = await timesOf(50, chat);
  receiver.closeAllConnections();
  const gone = await timesOf(50, chat);
  for (const times of [waiting, gone]) expect(quantile(times, 0.5)).toBeLessThan(quantile(quiet, 0.5) + 20);
  expect((await weir.api('GET /healthz')).json.components.workers).toBe('healthy');
});

test('F54: a collector that is down leaves calls alone, and what it misses is counted', async () => {
  const { chat, weir } = bound(await start({}, { telemetry: { otlp_endpoint: 'http://127.0.0.1:9' } }));
  const times = await timesOf(300, chat);
  expect(quantile(times, 0.5)).toBeLessThan(100);
  const dropped = async () => {
    const { text } = await weir.api('GET /metrics');
    return Number(/^weir_telemetry_dropped_total (\d+)/m.exec(text)?.[1]);
  };
  await expect.poll(dropped, { timeout: 15_000, interval: 100 }).toBeGreaterThan(0);
});

describe('S20: a webhook without a secret worth the name', () => {
  test.each([[undefined], [''], ['short'], ['x'.repeat(23)]])('refuses the start: %j', async (secret) => {
    const config = JSON.stringify({ alerts: { webhook: 'https://hooks.example/', secret } });
    await expect(startWeir({ config })).rejects.toThrow(/alerts\.secret: .*at least 24 characters/);
  });
});

function bound(of: Scene) {
  return { simulator: of.simulator, weir: of.weir, chat: of.chat.bind(of) };
}

async function timesOf(count: number, chat: Scene['chat']): Promise<number[]> {
  const times: number[] = [];
  for (let call = 0; call < count; call++) {
    const answer = await chat({ model: 'openai/gpt-4o-mini' });
    expect(answer.status).toBe(200);
    times.push(answer.tookMs);
  }
  return times;
}
