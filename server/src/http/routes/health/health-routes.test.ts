import { describe, expect, it } from 'vitest';
import { createHealth, type HealthServices } from '../../../features/health/health.ts';
import { WeirError } from '../../../kernel/errors.ts';
import { createServer } from '../../server.ts';
import { healthRoutes } from './health-routes.ts';

const clock = { now: () => 0, monotonic: () => 0, after: () => () => {} };

function serverWith(options: { health?: Partial<HealthServices>; isLoopback?: boolean } = {}) {
  const health = createHealth({
    clock,
    pingDatabase: async () => undefined,
    ledgerState: () => ({ unshipped: 0, lagMs: 0, healthy: true, error: null }),
    providers: () => [],
    targets: () => [],
    probe: async () => 1,
    eventLoopLag: () => ({ meanMs: 0, maxMs: 0 }),
    isDraining: () => false,
    ...options.health,
  });
  const routes = healthRoutes({
    health,
    metrics: () => 'weir_calls_in_flight 0\n',
    metricsContentType: 'text/plain; version=0.0.4; charset=utf-8',
    isLoopback: options.isLoopback ?? true,
  });
  return createServer(routes, {
    authenticate: () => {
      throw new WeirError('auth.missing');
    },
    clock,
    errors: { body: (error) => Buffer.from(JSON.stringify({ error: { code: error.code } })) },
    maxBodyBytes: 1000,
    idempotency: {
      begin: async () => ({ kind: 'new', ticket: { id: '', projectId: '' } }),
      finish: async () => {},
      abandon: async () => {},
    },
    report: () => {},
  });
}

async function get(path: string, options: Parameters<typeof serverWith>[0] = {}) {
  const app = serverWith(options);
  const { statusCode, headers, body } = await app.inject({ method: 'GET', url: path });
  await app.close();
  return { statusCode, headers, body };
}

const draining = { health: { isDraining: () => true } };
const broken = { health: { pingDatabase: () => Promise.reject(new Error('secret path')) } };

describe('the health routes', () => {
  it('answer /healthz without a key: 200 while Weir works, 503 without its database', async () => {
    const good = await get('/healthz');
    expect(good.statusCode).toBe(200);
    expect(JSON.parse(good.body)).toEqual({
      status: 'healthy',
      components: { database: 'healthy', redis: 'disabled', workers: 'healthy', llm_providers: {} },
    });
    expect(good.headers['content-type']).toBe('application/json; charset=utf-8');
    const bad = await get('/healthz', broken);
    expect(bad.statusCode).toBe(503);
    expect(bad.body).not.toContain('secret path');
  });

  it('answer /livez whatever is broken', async () => {
    expect(await get('/livez', broken)).toMatchObject({ statusCode: 200, body: '{"status":"ok"}' });
    expect(await get('/livez', draining)).toMatchObject({ statusCode: 200 });
  });

  it('answer HEAD with the same status and no body', async () => {
    const app = serverWith(draining);
    for (const [url, statusCode] of [
      ['/healthz', 200],
      ['/livez', 200],
      ['/readyz', 503],
      ['/metrics', 200],
    ] as const) {
      expect(await app.inject({ method: 'HEAD', url })).toMatchObject({ statusCode, body: '' });
    }
    await app.close();
  });

  it('answer /readyz with 503 while draining or without storage', async () => {
    expect(await get('/readyz')).toMatchObject({ statusCode: 200, body: '{"status":"ok"}' });
    expect(await get('/readyz', draining)).toMatchObject({
      statusCode: 503,
      body: '{"status":"unavailable","reason":"draining"}',
    });
    expect(await get('/readyz', broken)).toMatchObject({ statusCode: 503 });
  });

  it('show /metrics to anybody on loopback and ask for a key elsewhere', async () => {
    const open = await get('/metrics');
    expect(open).toMatchObject({ statusCode: 200, body: 'weir_calls_in_flight 0\n' });
    expect(open.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await get('/metrics', { isLoopback: false })).toMatchObject({ statusCode: 401 });
  });
});
