import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ComposedWeir, composeWeir } from '../security/composed-weir.ts';
import { POSTS } from './posts.ts';
import { expectRefusal, type Refusal } from './refused.ts';

const LIMIT = 1_000_000;
const CHAT = POSTS[0]!;

let weir: ComposedWeir;

beforeAll(async () => {
  weir = await composeWeir({
    config: `server: { max_body_bytes: ${LIMIT}, headers_timeout_ms: 100, request_timeout_ms: 200 }\n`,
  });
});

afterAll(() => weir.close());

afterEach(async () => {
  expect(weir.upstream.requests.splice(0)).toEqual([]);
  expect((await fetch(`${weir.url}/livez`)).status).toBe(200);
});

describe.each(POSTS)('$path', ({ path, shape, good, isCall }) => {
  const refused = async (headers: Record<string, string>, refusal: Refusal) => {
    const body = JSON.stringify(good);
    const response = await fetch(weir.url + path, { method: 'POST', headers, body });
    await expectRefusal(response, { shape, refusal, isCall, weir });
  };

  test('takes no request without a key', () => refused({}, { status: 401, code: 'auth.missing' }));

  test.each(['authorization', 'x-api-key', 'api-key'])('takes no made-up key in %s', (header) =>
    refused({ [header]: `${header === 'authorization' ? 'Bearer ' : ''}sk-made-up` }, { status: 401 }),
  );

  test('takes no key that was revoked', async () => {
    const { id, key } = await weir.key({ role: 'admin' });
    await fetch(`${weir.url}/api/v1/keys/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${weir.adminKey}` },
    });
    await refused({ authorization: `Bearer ${key}` }, { status: 401 });
  });

  test('takes no key whose role is too low', async () => {
    const { key } = await weir.key({ role: 'viewer' });
    await refused({ authorization: `Bearer ${key}` }, { status: 403 });
  });

  test('takes no key that is for another endpoint', async () => {
    const { key } = await weir.key({ role: 'admin', endpoints: ['/v1/models'] });
    await refused({ authorization: `Bearer ${key}` }, { status: 403 });
  });

  test('takes no other method', async () => {
    const response = await fetch(weir.url + path, { method: 'PUT', body: '{}' });
    await expectRefusal(response, { shape, refusal: { status: 405, code: 'method.not_allowed' }, isCall: false, weir });
    expect(response.headers.get('allow')).toContain('POST');
  });

  test('answers a body over the limit at once, and ends the connection', async () => {
    const { head, closed } = await sendEndless(path, { 'content-length': '1000000000' });
    expect(head).toMatch(/^HTTP\/1\.1 413 /);
    expect(head).toContain('server.max_body_bytes');
    await closed;
  });

  test('answers a chunked body when it passes the limit, and ends the connection', async () => {
    const { head, sentBytes, closed } = await sendEndless(path, { 'transfer-encoding': 'chunked' });
    expect(head).toMatch(/^HTTP\/1\.1 413 /);
    expect(sentBytes).toBeGreaterThan(LIMIT);
    await closed;
  });
});

/** Sends a body without an end until an answer comes. */
function sendEndless(path: string, headers: Record<string, string>) {
  const { hostname, port } = new URL(weir.url);
  const socket = connect(Number(port), hostname);
  const lines = { host: 'localhost', authorization: `Bearer ${weir.adminKey}`, ...headers };
  const chunked = headers['transfer-encoding'] !== undefined;
  const piece = Buffer.alloc(65_536, ' ');
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  return new Promise<{ head: string; sentBytes: number; closed: Promise<void> }>((resolve) => {
    let sentBytes = 0;
    let answered = false;
    const more = () => {
      if (answered) return;
      sentBytes += piece.length;
      socket.write(chunked ? `10000\r\n${piece}\r\n` : piece, () => setImmediate(more));
    };
    let head = '';
    socket.on('data', (bytes) => {
      head += bytes;
      answered = true;
      if (head.includes('}')) resolve({ head, sentBytes, closed });
    });
    socket.write(
      `POST ${path} HTTP/1.1\r\n${Object.entries(lines)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    );
    more();
  });
}

describe('keys with scopes', () => {
  const ask = async (scopes: Record<string, unknown>, model: string) => {
    const { key } = await weir.key(scopes);
    const response = await fetch(weir.url + CHAT.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ ...CHAT.good, model }),
    });
    return response;
  };

  test('may not call a model that is not theirs', async () => {
    const response = await ask({ models: ['gpt-4o'] }, 'gpt-4o-mini');
    await expectRefusal(response, { shape: 'openai', refusal: { status: 403, param: 'model' }, isCall: true, weir });
  });

  test('may call a model that is theirs', async () => {
    expect((await ask({ models: ['gpt-4o-mini'] }, 'gpt-4o-mini')).status).toBe(200);
    expect(weir.upstream.requests.splice(0)).toHaveLength(1);
  });

  test('that expired are not valid', async () => {
    const { key } = await weir.key({ expires_at: new Date(Date.now() + 50).toISOString() });
    await expect
      .poll(async () => {
        const response = await fetch(`${weir.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
        return response.status;
      })
      .toBe(401);
  });
});

describe('odd paths', () => {
  test.each([
    ['openai', '/nowhere'],
    ['openai', '/v1/nowhere'],
    ['anthropic', '/anthropic/v1/nowhere'],
    ['weir', '/api/v1/nowhere'],
    ['openai', '/v1/chat/completions/x'],
    ['openai', `/v1/${'x'.repeat(5000)}`],
  ] as const)('are not there, in the shape of the API they begin like: %s %s', async (shape, path) => {
    const response = await fetch(weir.url + path, { method: 'POST', body: '{}' });
    await expectRefusal(response, {
      shape,
      refusal: { status: 404, code: 'resource.not_found' },
      isCall: false,
      weir,
    });
  });

  test.each(['/v1/models/%', '/v1/models/%25', '/v1/models/%ff', '/api/v1/llm/usage/%zz', '/%'])(
    'are no fault of the server: %s',
    async (path) => {
      const response = await rawRequest(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${weir.adminKey}\r\n`);
      expect(response).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(response).toMatch(/\r\n\r\n\{.*"error"/s);
    },
  );
});

describe('broken HTTP', () => {
  const HEAD = 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n';

  test.each([
    ['both lengths', `${HEAD}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['two lengths', `${HEAD}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`, 400],
    ['an unknown coding', `${HEAD}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`, 400],
    ['a wrong chunk', `${HEAD}authorization: Bearer x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
    ['a folded header', `${HEAD}x-a: 1\r\n  2\r\n transfer-encoding: chunked\r\n\r\n`, 400],
    ['a space before the colon', `${HEAD}content-length : 5\r\n\r\nhello`, 400],
    ['no HTTP', 'hello there\r\n\r\n', 400],
    ['headers over the limit', `${HEAD}x-a: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
    ['no Host', 'GET /v1/models HTTP/1.1\r\n\r\n', 400],
    ['two Hosts', 'GET /v1/models HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n\r\n', 400],
    ['a foreign Host', 'GET /v1/models HTTP/1.1\r\nhost: evil.example\r\n\r\n', 403],
    ['a foreign Host before authentication', 'GET /livez HTTP/1.1\r\nhost: evil.example\r\n\r\n', 403],
    ['a foreign Origin', 'GET /livez HTTP/1.1\r\nhost: localhost\r\norigin: http://evil.example\r\n\r\n', 403],
    ['a preflight', 'OPTIONS /v1/models HTTP/1.1\r\nhost: localhost\r\norigin: http://evil.example\r\n\r\n', 403],
    ['headers that never end', `${HEAD}x-a: 1\r\n`, 408],
    [
      'a body that never ends',
      `${HEAD}authorization: Bearer weir-test-admin-key-000000000000\r\ncontent-length: 9\r\n\r\n{`,
      408,
    ],
  ])('is answered in JSON: %s', async (_name, request, status) => {
    const answer = await rawRequest(request, false);
    expect(answer.slice(0, 13)).toBe(`HTTP/1.1 ${status} `);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/\r\nx-request-id: req_/i);
    expect(head).not.toMatch(/access-control/i);
    expect(JSON.parse(body).error.message).toEqual(expect.any(String));
  });

  test.each([
    ['headers over the limit', `${HEAD}x-a: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
    ['headers that never end', `${HEAD}x-a: 1\r\n`, 408],
    ['both lengths', `${HEAD}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ])('is counted and has a line in the log: %s', async (_name, request, status) => {
    const answer = await rawRequest(request, false);
    const line = await weir.logLine(/x-request-id: (\S+)/i.exec(answer)?.[1] ?? '');
    expect(line).toMatchObject({ event: 'request_refused', level: 'warn', status });
    const metrics = await fetch(`${weir.url}/metrics`).then((response) => response.text());
    expect(metrics).toMatch(new RegExp(`weir_errors_total\\{code="${line.error_code}"\\} [1-9]`));
  });
});

/** One answer on a bare socket. */
function rawRequest(text: string, end = true): Promise<string> {
  const { hostname, port } = new URL(weir.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(end ? `${text}connection: close\r\n\r\n` : text);
  return new Promise((resolve) => {
    let answer = '';
    socket.on('data', (bytes) => {
      answer += bytes;
      const [head = '', body] = answer.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (body === undefined || Buffer.byteLength(body) < length) return;
      resolve(answer);
      socket.destroy();
    });
    socket.on('close', () => resolve(answer));
  });
}
