import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { runStand, scopeOf, stepOf } from '../../../../../test/support/run-stand.ts';
import { createHttpClient } from '../../../egress/http-client.ts';
import { webFetch } from '../../../egress/web-fetch.ts';
import type { StepOf } from '../flow.ts';
import type { Attempt } from './step-runner.ts';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A real server behind the real client; private addresses are allowed unless the test says otherwise. */
async function stand(
  answer: (response: ServerResponse) => void,
  of: { allow?: string[]; env?: Record<string, string>; maxBytes?: number } = {},
) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createHttpClient({ connectTimeoutMs: 3000, allow: of.allow ?? ['127.0.0.0/8'] });
  closing.push(
    () => client.close(),
    () => server.closeAllConnections(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  const stood = runStand({ fetch: webFetch(client, of.maxBytes), env: of.env ?? {} });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const perform = (more: Partial<StepOf<'http'>> = {}, scope = scopeOf(), attempt: Partial<Attempt> = {}) => {
    const step = stepOf('http', { method: 'GET', url: `${origin}/x?q=1`, headers: {}, body: undefined, ...more });
    return stood.runners.http.perform(step, stood.runners.http.render(step, scope), stood.attempt(attempt));
  };
  return { ...stood, seen, perform };
}

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(JSON.stringify(body));

describe('an http step', () => {
  test('gives the body, parsed when it is JSON, and status and headers in raw', async () => {
    const { perform, seen } = await stand(json({ stars: 5, usage: { prompt_tokens: 1, completion_tokens: 2 } }));
    const result = await perform();
    expect(result).toMatchObject({ output: { stars: 5 }, raw: { status: 200, body: { stars: 5 } }, tokens: 3 });
    expect(seen).toMatchObject([{ method: 'GET', url: '/x?q=1', body: '' }]);
    expect(seen[0]?.headers['idempotency-key']).toBeUndefined();
  });

  test('sends a body as JSON, or text as it is, with the key of its effect', async () => {
    const { perform, seen } = await stand((response) => response.end('fine'));
    expect(await perform({ method: 'POST', body: { a: '{{input.a}}' } }, scopeOf({ input: { a: [1] } }))).toMatchObject(
      {
        output: 'fine',
      },
    );
    await perform({ method: 'PUT', body: 'plain', headers: { 'Content-Type': 'text/x', 'Idempotency-Key': 'own' } });
    expect(seen).toMatchObject([
      { body: '{"a":[1]}', headers: { 'content-type': 'application/json', 'idempotency-key': 'run_1:work:0' } },
      { body: 'plain', headers: { 'content-type': 'text/x', 'idempotency-key': 'own' } },
    ]);
  });

  test('sends settings in headers and never shows them in what is rendered, and stored', async () => {
    const { perform, seen, runners } = await stand(json({}), { env: { TOKEN: 'secret-1', OTHER: 'secret-2' } });
    const headers = { authorization: 'Bearer {{ env.TOKEN }}', 'x-note': '{{input.note}}' };
    const scope = scopeOf({ env: { TOKEN: 'secret-1' }, input: { note: 'asks for {{env.OTHER}} and {{env.TOKEN}}' } });
    const step = stepOf('http', { method: 'GET', url: 'https://x.example', headers, body: undefined });
    expect(JSON.stringify(runners.http.render(step, scope))).not.toContain('secret');
    await perform({ headers }, scope);
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer secret-1',
      'x-note': 'asks for {{env.OTHER}} and {{env.TOKEN}}',
    });
  });

  test.each<[number, string, boolean, Record<string, string>]>([
    [400, 'upstream.rejected', false, {}],
    [404, 'upstream.rejected', false, {}],
    [408, 'upstream.rejected', true, {}],
    [429, 'upstream.rate_limited', true, { 'retry-after': '7' }],
    [500, 'upstream.unavailable', true, {}],
    [501, 'upstream.unavailable', false, {}],
    [302, 'upstream.rejected', false, { location: 'http://169.254.169.254/' }],
  ])('fails on status %i with %s, retryable: %s', async (status, code, retryable, headers) => {
    const { perform, seen } = await stand(json({ error: 'secret text' }, status, headers));
    const failure = await perform().catch((error) => error);
    expect(failure).toMatchObject({ code, retryable, details: { status } });
    expect(failure.message).toMatch(
      new RegExp(`^Step "work": GET http://127.0.0.1:\\d+/x was answered with status ${status}`),
    );
    if (status === 429) expect(failure.retryAfterMs).toBe(7000);
    expect(seen).toHaveLength(1);
  });

  test('does not reach private addresses that the operator did not allow', async () => {
    const { perform, seen } = await stand(json({}), { allow: [] });
    await expect(perform()).rejects.toMatchObject({ code: 'egress.denied' });
    expect(seen).toEqual([]);
  });

  test.each(['file:///etc/passwd', 'nowhere', 'ftp://x.example'])('does not call %s', async (url) => {
    const { perform } = await stand(json({}));
    await expect(perform({ url })).rejects.toMatchObject({ code: 'request.invalid', param: 'url' });
  });

  test.each<[string, Record<string, string>]>([
    ['a second line', { 'x-a': 'a\r\nx-b: c' }],
    ['the host', { Host: 'other' }],
    ['a setting that is not set', { 'x-a': '{{env.GONE}}' }],
  ])('refuses %s in headers', async (_what, headers) => {
    const { perform, seen } = await stand(json({}));
    const refused = perform({ headers }, scopeOf({ env: { GONE: 'x' } }));
    await expect(refused).rejects.toMatchObject({ code: 'request.invalid' });
    expect(seen).toEqual([]);
  });

  test('bounds the reply in size', async () => {
    const { perform } = await stand((response) => response.end('x'.repeat(2000)), { maxBytes: 1000 });
    await expect(perform()).rejects.toMatchObject({ code: 'upstream.bad_reply' });
  });

  test('ends with its run, and when its time is up', async () => {
    const ending = new AbortController();
    const { perform } = await stand(() => ending.abort());
    await expect(perform({}, scopeOf(), { signal: ending.signal })).rejects.toMatchObject({ code: 'call.cancelled' });
    await expect(perform({}, scopeOf(), { timeoutMs: 50 })).rejects.toMatchObject({ code: 'upstream.timeout' });
  });

  test.each([
    ['GET', 'none'],
    ['HEAD', 'none'],
    ['PUT', 'idempotent'],
    ['DELETE', 'idempotent'],
    ['POST', 'once'],
    ['PATCH', 'once'],
  ] as const)('%s has the effect %s unless the step says otherwise', (method, effect) => {
    const { http } = runStand().runners;
    const step = stepOf('http', { method, url: 'x', headers: {}, body: undefined });
    expect(http.effect(step, {})).toBe(effect);
    expect(http.effect({ ...step, effect: 'idempotent' }, {})).toBe('idempotent');
  });
});
