import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RouteSpec } from '../../../server/src/http/route.ts';
import { SCREEN_PATHS } from '../../../server/src/http/routes/dashboard/screen-paths.ts';
import { createServer, type ServerServices } from '../../../server/src/http/server.ts';
import { requirement } from '../../support/requirement.ts';
import { type ComposedWeir, composeWeir } from './composed-weir.ts';

const ROLES = ['inference', 'viewer', 'developer', 'operator', 'admin'] as const;

/** Who may use what needs a permission, said once more and independently of the product. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  public: ['none', ...ROLES],
  call: ['inference', 'developer', 'operator', 'admin'],
  'view-own': [...ROLES],
  view: ['viewer', 'developer', 'operator', 'admin'],
  develop: ['developer', 'operator', 'admin'],
  operate: ['operator', 'admin'],
  admin: ['admin'],
};

let weir: ComposedWeir;
const keys = new Map<string, string>();

beforeAll(async () => {
  weir = await composeWeir();
  for (const role of ROLES) keys.set(role, (await weir.key({ role })).key);
});

afterAll(() => weir.close());

async function statusOf(route: RouteSpec, role: string): Promise<number> {
  const path = route.path.replace(/:\w+|\*/g, 'made-up');
  const key = keys.get(role);
  const response = await fetch(weir.url + path, {
    method: route.method,
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    ...(route.method === 'GET' || route.method === 'HEAD' ? {} : { body: '{}' }),
  });
  // The live stream has no end.
  await response.body?.cancel();
  return response.status;
}

describe(requirement('A17g'), () => {
  test.each(['none', ...ROLES])('every route gives %s what its permission says', async (role) => {
    const wrong: string[] = [];
    for (const route of weir.app.routes) {
      const status = await statusOf(route, role);
      const may = MAY[route.permission]?.includes(role) === true;
      const right = may ? status !== 401 && status !== 403 && status !== 500 : status === (role === 'none' ? 401 : 403);
      if (!right) wrong.push(`${route.method} ${route.path} (${route.permission}): ${status}`);
    }
    expect(wrong).toEqual([]);
    expect(weir.app.routes.length).toBeGreaterThan(50);
  });

  test('a key can be held to endpoints, models and routes besides its role', async () => {
    const { key } = await weir.key({ endpoints: ['/v1/chat/completions'], models: ['gpt-4o'] });
    const ask = async (path: string, model: string) => {
      const headers = { authorization: `Bearer ${key}` };
      const body = JSON.stringify({ model, input: 'hi', messages: [{ role: 'user', content: 'hi' }] });
      return (await fetch(weir.url + path, { method: 'POST', headers, body })).status;
    };
    expect(await ask('/v1/chat/completions', 'gpt-4o')).toBe(200);
    expect(await ask('/openai/v1/chat/completions', 'gpt-4o')).toBe(200);
    expect(await ask('/v1/chat/completions', 'gpt-4o-mini')).toBe(403);
    expect(await ask('/v1/embeddings', 'gpt-4o')).toBe(403);
  });
});

test('only probes, pages, the document of the API and webhooks, which are signed, are public', () => {
  const open = weir.app.routes.filter(({ permission }) => permission === 'public').map(({ path }) => path);
  const screens = SCREEN_PATHS.flatMap((path) => [path, `${path}/*`]);
  const pages = ['/', '/api/docs', '/api/hello', '/api/openapi.json', '/assets/*', '/favicon.svg', ...screens];
  const probes = ['/healthz', '/livez', '/metrics', '/readyz'];
  expect([...new Set(open)].sort()).toEqual(
    [...pages, '/api/v1/session', '/api/workflows/:id/hooks/:name', ...probes].sort(),
  );
});

test('a route without a permission keeps the server from starting', () => {
  const route = { method: 'GET', path: '/open', errors: 'weir', tag: '', summary: '', handle: () => ({}) };
  expect(() => createServer([route as unknown as RouteSpec], {} as ServerServices)).toThrow(
    'GET /open declares no permission',
  );
});

describe('a key', () => {
  test.each([
    "' OR '1'='1",
    "'; DROP TABLE keys; --",
    '" OR ""="',
    "weir_' UNION SELECT hash FROM keys --",
    'admin',
    '%',
    '_'.repeat(54),
    '$ne',
    '{"$gt":""}',
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(20_000),
  ])('is not valid when it is %s', async (secret) => {
    for (const headers of [{ authorization: `Bearer ${secret}` }, { 'x-api-key': secret }, { 'api-key': secret }]) {
      const response = await fetch(`${weir.url}/v1/models`, { headers: headers as Record<string, string> });
      expect(response.status).toBe(401);
      expect((await response.text()).length).toBeLessThan(500);
    }
  });
});

describe('names of built-in properties', () => {
  const BODY = JSON.stringify({ name: 'p', model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });
  const polluting = [
    `{"__proto__":{"polluted":true},${BODY.slice(1)}`,
    `{"constructor":{"prototype":{"polluted":true}},${BODY.slice(1)}`,
    BODY.replace('"content"', '"__proto__":{"polluted":true},"content"'),
    BODY.replace('"p"', '"__proto__"'),
    BODY.replace('gpt-4o-mini', '__proto__'),
    BODY.replace('gpt-4o-mini', 'constructor/prototype'),
    BODY.replace('gpt-4o-mini', '__proto__/toString'),
  ];

  test('in bodies, queries and headers change nothing and break nothing', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const headers = { authorization: `Bearer ${weir.adminKey}`, 'x-weir-tags': '__proto__=1,constructor=2' };
    for (const { method, path } of weir.app.routes.filter((route) => route.method !== 'DELETE')) {
      for (const body of polluting) {
        const query = '?__proto__[polluted]=1&constructor.prototype.polluted=1&__proto__=1';
        const response = await fetch(weir.url + path.replace(/:\w+|\*/g, '__proto__') + query, {
          method,
          headers,
          ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
        });
        await response.arrayBuffer();
        expect(response.status, `${method} ${path} ${body}`).not.toBe(500);
        if (method === 'GET' || method === 'HEAD') break;
      }
    }
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('as names of headers get a normal reply', async () => {
    const answer = await new Promise<string>((resolve) => {
      const { hostname, port } = new URL(weir.url);
      const socket = connect(Number(port), hostname);
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes;
      });
      socket.on('close', () => resolve(text));
      socket.write(
        'GET /livez HTTP/1.1\r\nhost: localhost\r\n__proto__: x\r\nconstructor: y\r\nconnection: close\r\n\r\n',
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});
