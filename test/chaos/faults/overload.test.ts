import { afterEach, beforeEach, expect, test } from 'vitest';
import overload from '../../campaigns/overload.campaign.ts';
import { RawUpstream } from '../../http/clients/raw-upstream.ts';
import { composeWeir } from '../../http/security/composed-weir.ts';
import { type ApiReply, type RunningWeir, startWeir } from '../../support/weir.ts';
import { completion } from '../support/gateway-fixture.ts';

const PATH = '/v1/chat/completions';

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
  const { failed, report } = await overload.run({ n: 60, seed: 1 });
  expect([failed, report]).toEqual([0, report]);
}, 60_000);

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
