import { describe, expect, test } from 'vitest';
import { NOON } from '../../../../../test/contracts/ledger-records.ts';
import { managementServer } from '../../../../../test/support/management-server.ts';
import { ROLES } from '../../../features/access/roles.ts';

const KEY = /^weir_[0-9A-Za-z]{49}$/;

describe('making a key', () => {
  test('gives the key once and works at once', async () => {
    const { call } = await managementServer();
    const made = await call('POST /api/v1/keys', { body: { name: 'ci', role: 'viewer', models: ['gpt-4o'] } });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^key_/),
      key: expect.stringMatching(KEY),
      name: 'ci',
      project_id: 'default',
      role: 'viewer',
      last4: made.body.key.slice(-4),
      models: ['gpt-4o'],
      created_at: '2026-11-20T12:00:00.000Z',
      expires_at: null,
      revoked_at: null,
    });
    const list = await call('GET /api/v1/keys', { key: made.body.key });
    expect(list.status).toBe(200);
    expect(list.text).not.toContain(made.body.key);
    expect(list.body.data[0]).toMatchObject({ id: made.body.id, name: 'ci' });
  });

  test('is for inference in the default project unless told otherwise', async () => {
    const { call } = await managementServer();
    const { body } = await call('POST /api/v1/keys', { body: { name: 'app' } });
    expect(body).toMatchObject({ role: 'inference', project_id: 'default' });
    expect((await call('GET /api/v1/keys', { key: body.key })).status).toBe(403);
  });

  test.each<[object, string]>([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 'x', role: 'root' }, 'role'],
    [{ name: 'x', rolle: 'admin' }, 'rolle'],
    [{ name: 'x', limits: { requests_per_minute: 0 } }, 'limits.requests_per_minute'],
    [{ name: 'x', limits: { per_minute: 1 } }, 'per_minute'],
    [{ name: 'x', budget: { usd: -1, period: 'day' } }, 'budget.usd'],
    [{ name: 'x', expires_at: '2026-11-20T11:59:59Z' }, 'expires_at'],
    [{ name: 'x', expires_at: 'soon' }, 'expires_at'],
  ])('refuses %j, naming %s', async (body, param) => {
    const { call, keys } = await managementServer();
    const answer = await call('POST /api/v1/keys', { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: { code: 'request.invalid', details: { param } } });
    expect(keys.list(undefined)).toHaveLength(1);
  });

  test('takes an expiry as ISO 8601 or epoch milliseconds', async () => {
    const { call, clock } = await managementServer();
    for (const expires_at of ['2026-11-20T14:00:00+01:00', NOON + 3_600_000]) {
      const { body } = await call('POST /api/v1/keys', { body: { name: 'x', role: 'viewer', expires_at } });
      expect(body.expires_at).toBe('2026-11-20T13:00:00.000Z');
    }
    const { body } = await call('POST /api/v1/keys', { body: { name: 'x', role: 'viewer', expires_at: NOON + 1000 } });
    clock.advance(1000);
    expect((await call('GET /api/v1/keys', { key: body.key })).status).toBe(401);
  });
});

describe('nobody hands out more than they have', () => {
  test('an operator gives roles up to its own, in its own project', async () => {
    const { call, key, project } = await managementServer();
    const own = await project('own');
    const operator = await key('operator', own);
    for (const role of ROLES) {
      const answer = await call('POST /api/v1/keys', { key: operator, body: { name: 'x', role } });
      expect([role, answer.status]).toEqual([role, role === 'admin' ? 403 : 201]);
      if (answer.status === 201) expect(answer.body.project_id).toBe(own);
    }
  });

  test('a limited key gives neither a wider scope nor a longer life', async () => {
    const { call } = await managementServer();
    const limited = { name: 'x', role: 'operator', models: ['a', 'b'], expires_at: '2026-12-01' };
    const { key } = (await call('POST /api/v1/keys', { body: limited })).body;
    const make = (body: object) => call('POST /api/v1/keys', { key, body: { name: 'y', ...body } });
    expect((await make({ models: ['a'], expires_at: '2026-11-30' })).status).toBe(201);
    expect((await make({ models: ['c'], expires_at: '2026-11-30' })).body.error.details.param).toBe('models');
    expect((await make({ expires_at: '2026-11-30' })).body.error.details.param).toBe('models');
    expect((await make({ models: ['a'] })).body.error.details.param).toBe('expires_at');
  });

  test('an operator neither changes nor revokes an admin', async () => {
    const { call, key } = await managementServer();
    const operator = await key('operator', 'default');
    const { id } = (await call('POST /api/v1/keys', { body: { name: 'boss', role: 'admin' } })).body;
    expect((await call(`PATCH /api/v1/keys/${id}`, { key: operator, body: { name: 'y' } })).status).toBe(403);
    expect((await call(`DELETE /api/v1/keys/${id}`, { key: operator })).status).toBe(403);
    expect((await call(`DELETE /api/v1/keys/${id}`)).status).toBe(200);
  });
});

describe('a key', () => {
  test('changes what is named, loses what is null, keeps the rest', async () => {
    const { call } = await managementServer();
    const { id } = (await call('POST /api/v1/keys', { body: { name: 'a', models: ['m'], routes: ['r'] } })).body;
    const body = { name: 'b', models: null, endpoints: ['/v1/models'], expires_at: '2027-01-01' };
    const changed = await call(`PATCH /api/v1/keys/${id}`, { body });
    expect(changed.body).toMatchObject({ name: 'b', routes: ['r'], endpoints: ['/v1/models'] });
    expect(changed.body).not.toHaveProperty('models');
    expect(changed.body.expires_at).toBe('2027-01-01T00:00:00.000Z');
    expect((await call(`PATCH /api/v1/keys/${id}`, { body: { role: 'admin' } })).status).toBe(400);
  });

  test('keeps limits and a budget, and loses them by null', async () => {
    const { call } = await managementServer();
    const bounds = { limits: { concurrency: 2, tokens_per_day: 100 }, budget: { usd: 1, period: 'day' } };
    const made = await call('POST /api/v1/keys', { body: { name: 'a', ...bounds } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject(bounds);
    const changed = await call(`PATCH /api/v1/keys/${made.body.id}`, { body: { limits: null } });
    expect(changed.body).not.toHaveProperty('limits');
    expect(changed.body.budget).toEqual(bounds.budget);
  });

  test.each([
    [{ usd: 1, period: 'day', on_exceed: 'degrade' }, 'is required'],
    [{ usd: 1, period: 'day', on_exceed: 'degrade', degrade_to: 'nobody/knows' }, 'no provider or route'],
    [{ usd: 1, period: 'day', degrade_to: 'openai/gpt-4o-mini' }, 'only when'],
  ])('is not made with a budget that names no model to go on with: %j', async (budget, why) => {
    const { call } = await managementServer();
    const refused = await call('POST /api/v1/keys', { body: { name: 'a', budget } });
    expect(refused.status).toBe(400);
    expect(refused.body.error.details.param).toBe('degrade_to');
    expect(refused.body.error.message).toContain(why);
  });

  test('hands out no more than its own limits, and no life without its budget', async () => {
    const { call } = await managementServer();
    const bounds = { limits: { tokens_per_day: 100 }, budget: { usd: 1, period: 'day' } };
    const own = await call('POST /api/v1/keys', { body: { name: 'a', role: 'operator', ...bounds } });
    const make = (body: object) => call('POST /api/v1/keys', { key: own.body.key, body: { name: 'b', ...body } });
    expect((await make({ budget: bounds.budget })).body.error.details.param).toBe('limits');
    expect((await make({ limits: bounds.limits })).body.error.details.param).toBe('budget');
    expect((await make({ ...bounds, limits: { tokens_per_day: 101 } })).status).toBe(403);
    expect((await make(bounds)).status).toBe(201);
  });

  test('stops working when revoked, and stays in the list', async () => {
    const { call } = await managementServer();
    const { id, key } = (await call('POST /api/v1/keys', { body: { name: 'a', role: 'viewer' } })).body;
    expect((await call(`DELETE /api/v1/keys/${id}`)).body.revoked_at).toBe('2026-11-20T12:00:00.000Z');
    expect((await call('GET /api/v1/keys', { key })).status).toBe(401);
    expect((await call('GET /api/v1/keys')).text).toContain(id);
  });

  test('of the admin is not revoked by API', async () => {
    const { call } = await managementServer();
    expect((await call('DELETE /api/v1/keys/admin')).status).toBe(409);
    expect((await call('GET /api/v1/keys')).status).toBe(200);
  });
});

describe('the list of keys', () => {
  test('comes page by page, newest first, each key once', async () => {
    const { call, clock } = await managementServer();
    for (let count = 0; count < 5; count++) {
      clock.advance(1);
      await call('POST /api/v1/keys', { body: { name: `k${count}` } });
    }
    const names: string[] = [];
    let cursor: string | null = '';
    for (let turn = 0; turn < 10 && cursor !== null; turn++) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await call(`GET /api/v1/keys?limit=2${next}`);
      names.push(...body.data.map(({ name }: { name: string }) => name));
      cursor = body.next_cursor;
    }
    expect(names).toEqual(['k4', 'k3', 'k2', 'k1', 'k0', 'admin']);
  });

  test.each(['limit=0', 'limit=1001', 'limit=x', 'cursor=key_of_nobody', 'sort=up'])('refuses ?%s', async (query) => {
    const { call } = await managementServer();
    expect((await call(`GET /api/v1/keys?${query}`)).status).toBe(400);
  });
});
