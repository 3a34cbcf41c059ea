import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Simulator, startSimulator } from './server.ts';

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator({ latency: { firstTokenMs: 0, interTokenMs: 0 } });
});

afterEach(() => simulator.close());

async function control(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const options = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`${simulator.url}/_simulator/${path}`, options);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const chat = (model = 'gpt-4o') =>
  fetch(`${simulator.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sim-key', 'x-trace': 'abc' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'tell me of rivers' }], unknown_field: 1 }),
  });

it('scripts faults over HTTP and takes them back', async () => {
  const added = await control('POST', 'faults', { match: { model: 'gpt-4o' }, fault: 'status; code=503', times: 2 });
  const statuses = [(await chat()).status, (await chat('gpt-4')).status];
  await control('DELETE', 'faults');
  expect(added.body).toEqual({ pending: 2 });
  expect(statuses).toEqual([503, 200]);
  expect((await chat()).status).toBe(200);
});

it.each([
  [{ fault: 'explode' }, /unknown fault kind "explode"/],
  [{ fault: { kind: 'status', cod: 1 } }, /unknown field cod/],
  [{ fault: { kind: 'status', code: '503' } }, /code of fault status must be a number/],
  [{ fault: 'status', times: 0 }, /times/],
  [{ fault: 'status', match: { modle: 'x' } }, /match\.modle/],
  [{ faults: [] }, /unknown field faults/],
])('refuses the rule %j and says why', async (rule, reason) => {
  const answer = await control('POST', 'faults', rule);
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatch(reason);
});

it('shows what was sent, exactly', async () => {
  await chat();
  await simulator.journal.until((entry) => entry.finished);
  const answer = await control('GET', 'journal');
  expect(answer.body.data).toMatchObject([
    {
      id: 1,
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer sim-key', 'x-trace': 'abc' },
      body: { model: 'gpt-4o', unknown_field: 1 },
      aborted: false,
      finished: true,
      status: 200,
    },
  ]);
});

it('shows only newer entries when asked, and forgets on request', async () => {
  await chat();
  await chat('gpt-4');
  const newer = await control('GET', 'journal?since=1');
  await control('DELETE', 'journal');
  expect(newer.body.data).toMatchObject([{ id: 2, body: { model: 'gpt-4' } }]);
  expect((await control('GET', 'journal')).body.data).toEqual([]);
});

it('says the same for the same seed and something else for another', async () => {
  const say = async () =>
    ((await (await chat()).json()) as { choices: [{ message: { content: string } }] }).choices[0].message.content;
  const first = await say();
  await control('POST', 'seed', { seed: 99 });
  const other = await say();
  await control('POST', 'seed', { seed: 1 });
  expect(other).not.toBe(first);
  expect(await say()).toBe(first);
});

it('takes a new latency', async () => {
  expect((await control('POST', 'latency', { firstTokenMs: 40 })).body).toEqual({ firstTokenMs: 40, interTokenMs: 0 });
  const before = performance.now();
  await (await chat()).text();
  expect(performance.now() - before).toBeGreaterThanOrEqual(39);
  expect((await control('POST', 'latency', { first: 3 })).status).toBe(400);
});

it('answers health, probes and unknown control paths', async () => {
  expect((await control('GET', 'health')).body).toEqual({ ok: true });
  expect((await control('GET', 'nothing')).status).toBe(404);
  expect((await fetch(simulator.url, { method: 'HEAD' })).status).toBe(200);
});

it.each([
  ['/v1/nothing', {}, (body: never) => (body as { error: { type: string } }).error.type],
  [
    '/v1/nothing',
    { 'anthropic-version': '2023-06-01' },
    (body: never) => (body as { error: { type: string } }).error.type,
  ],
])('answers 404 for %s in the shape of the wire', async (path, headers, typeOf) => {
  const response = await fetch(simulator.url + path, { headers: { authorization: 'Bearer k', ...headers } });
  expect(response.status).toBe(404);
  expect(typeOf((await response.json()) as never)).toBe('not_found_error');
});

it('answers 400 for a body that is not JSON and 401 without a key', async () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${simulator.url}/v1/messages`, {
      method: 'POST',
      headers: { 'anthropic-version': '2023-06-01', ...headers },
      body: '{"model":',
    });
  const broken = await post({ 'x-api-key': 'k' });
  const stranger = await post({});
  expect([broken.status, await broken.json()]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
  expect([stranger.status, await stranger.json()]).toMatchObject([401, { error: { type: 'authentication_error' } }]);
});
