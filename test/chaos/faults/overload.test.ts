import { afterEach, beforeEach, expect, test } from 'vitest';
import { pause } from '../../../server/src/simulator/pacing.ts';
import { RawUpstream } from '../../http/clients/raw-upstream.ts';
import { composeWeir } from '../../http/security/composed-weir.ts';
import { type ApiReply, type RunningWeir, startWeir } from '../../support/weir.ts';
import { completion } from '../support/gateway-fixture.ts';
import { inParallel, LoadClient, quantile } from '../support/load.ts';

const PATH = '/v1/chat/completions';
/** How long the provider takes: most of a call is waiting, as with real models. */
const SLOW_MS = 300;
const NEVER = new AbortController().signal;

let upstream: RawUpstream;
let weir: RunningWeir | undefined;
let providers: object;

beforeEach(async () => {
  upstream = new RawUpstream();
  providers = { openai: { api_key: 'sk-first', base_url: `${await upstream.listen()}/v1` } };
});
afterEach(async () => {
  await weir?.stop();
  await upstream.close();
});

test('F58: at twice what it takes the excess is refused at once and says when to come back; the rest goes on as before', async () => {
  const capacity = 30;
  weir = await startWeir({ config: JSON.stringify({ providers, server: { max_concurrent_calls: capacity } }) });
  upstream.answer = (_request, response) => setTimeout(() => response.end(JSON.stringify(completion())), SLOW_MS);
  await load(weir, capacity, 60);
  const peak = await load(weir, capacity, 180);
  const doubled = await load(weir, 2 * capacity, 360);
  expect(peak.refused).toHaveLength(0);
  expect(doubled.refused.length).toBeGreaterThan(50);
  expect(doubled.goodPerSecond).toBeGreaterThan(0.8 * peak.goodPerSecond);
  expect(quantile(doubled.refused, 0.5)).toBeLessThan(20);
  const metrics = (await weir.api('GET /metrics')).text;
  const shed = Number(/weir_calls_shed_total\{reason="concurrency"\} (\d+)/.exec(metrics)?.[1]);
  expect(shed).toBe(doubled.refused.length);
});

test('F60: calls are refused before memory is used up, the running ones end, and new ones are taken again', async () => {
  const server = { memory_limit_mb: 400 };
  weir = await startWeir({ config: JSON.stringify({ providers, server }) });
  const running = weir;
  const waiting: (() => void)[] = [];
  let arrived = () => {};
  upstream.answer = (_request, response) => {
    waiting.push(() => response.end(JSON.stringify(completion())));
    arrived();
  };
  const taken: Promise<ApiReply>[] = [];
  let refused: ApiReply | undefined;
  while (refused === undefined) {
    if (taken.length === 60) throw new Error('60 calls of 12 MB were taken');
    const reached = new Promise<undefined>((resolve) => {
      arrived = () => resolve(undefined);
    });
    const call = running.api(`POST ${PATH}`, body('x'.repeat(12_000_000)));
    refused = await Promise.race([call, reached]);
    if (refused === undefined) taken.push(call);
  }
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(refused.text).toContain('server.memory_limit_mb');
  for (const answer of waiting) answer();
  const ended = await Promise.all(taken);
  expect(ended.filter(({ status }) => status === 200)).toHaveLength(waiting.length);
  upstream.answer = (_request, response) => response.end(JSON.stringify(completion()));
  const again = () => running.api(`POST ${PATH}`, body('Hello')).then(({ status }) => status);
  await expect.poll(again, { timeout: 15_000, interval: 200 }).toBe(200);
}, 40_000);

test('F59: an event loop that stood still for a second shows in health and in metrics', async () => {
  const composed = await composeWeir();
  const get = (path: string) => fetch(composed.url + path).then((response) => response.text());
  const isRunning = async () => JSON.parse(await get('/healthz')).components.workers;
  await expect.poll(isRunning, { timeout: 5000, interval: 50 }).toBe('healthy');
  // The start is over once there are enough samples for a mean.
  const meanLag = async () => Number(/^nodejs_eventloop_lag_seconds (\S+)/m.exec(await get('/metrics'))?.[1]);
  await expect.poll(meanLag, { timeout: 5000, interval: 50 }).toBeGreaterThan(0);
  const endMono = performance.now() + 1000;
  while (performance.now() < endMono);
  await expect.poll(isRunning, { timeout: 5000, interval: 50 }).toBe('degraded');
  const seconds = Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(await get('/metrics'))?.[1]);
  expect(seconds).toBeGreaterThan(0.9);
  await composed.close();
});

function body(content: string) {
  return { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content }] };
}

async function load(of: RunningWeir, width: number, count: number) {
  const client = new LoadClient(of);
  const refused: number[] = [];
  let good = 0;
  const startedMono = performance.now();
  await inParallel(count, width, async () => {
    const ending = await client.call({ wire: 'openai', model: 'openai/gpt-4o-mini', stream: false });
    if (ending.isWhole) good++;
    else {
      expect([ending.status, ending.isClearError]).toEqual([503, true]);
      refused.push(ending.tookMs);
      // As long as a call takes: a client that hammers would only measure itself.
      await pause(SLOW_MS, NEVER);
    }
  });
  client.close();
  return { refused, goodPerSecond: good / ((performance.now() - startedMono) / 1000) };
}
