import { describe, expect, test } from 'vitest';
import { managementServer } from '../../../../../test/support/management-server.ts';

const FAST = {
  name: 'fast',
  strategy: 'weighted',
  targets: ['openai/gpt-4o-mini', { model: 'openai/gpt-4o', weight: 3, timeout_ms: 500 }],
  timeout_ms: 8000,
};

describe('routes by API', () => {
  test('are made, listed beside those of the file, replaced and deleted', async () => {
    const { call, routes } = await managementServer();
    const made = await call('PUT /api/v1/routes', { body: FAST });
    const shown = {
      ...FAST,
      targets: [
        { model: 'openai/gpt-4o-mini', weight: 1, timeout_ms: null },
        { model: 'openai/gpt-4o', weight: 3, timeout_ms: 500 },
      ],
      sticky: false,
      cache: null,
      source: 'api',
    };
    expect([made.status, made.body]).toEqual([200, shown]);
    const list = await call('GET /api/v1/routes');
    expect(list.body).toMatchObject({ data: [shown, { name: 'from-file', source: 'file' }], next_cursor: null });
    await call('PUT /api/v1/routes', { body: { ...FAST, strategy: 'fallback' } });
    expect(routes.list()[0]?.strategy).toBe('fallback');
    expect((await call('DELETE /api/v1/routes/fast')).status).toBe(200);
    expect((await call('DELETE /api/v1/routes/fast')).status).toBe(404);
  });

  test.each<[object, string]>([
    [{ ...FAST, targets: [] }, 'targets'],
    [{ ...FAST, targets: ['openai/gpt-4o', 'nobody/x'] }, 'targets.1'],
    [{ ...FAST, targets: [{ model: 'openai/x', weight: 0 }] }, 'targets'],
    [{ ...FAST, strategy: 'random' }, 'strategy'],
    [{ ...FAST, timeout: 5 }, 'timeout'],
    [{ targets: FAST.targets }, 'name'],
  ])('are refused from %j, naming %s', async (body, param) => {
    const { call, routes } = await managementServer();
    const answer = await call('PUT /api/v1/routes', { body });
    expect([answer.status, answer.body.error.details.param]).toEqual([400, param]);
    expect(routes.list()).toHaveLength(1);
  });

  test('of the file are read-only', async () => {
    const { call } = await managementServer();
    expect((await call('PUT /api/v1/routes', { body: { ...FAST, name: 'from-file' } })).status).toBe(409);
    expect((await call('DELETE /api/v1/routes/from-file')).status).toBe(409);
  });

  test('reach every project, so only admins change them', async () => {
    const { call, key } = await managementServer();
    const operator = await key('operator', 'default');
    expect((await call('PUT /api/v1/routes', { key: operator, body: FAST })).status).toBe(403);
    expect((await call('GET /api/v1/routes', { key: operator })).status).toBe(200);
  });
});
