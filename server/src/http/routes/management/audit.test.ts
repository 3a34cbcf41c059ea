import { describe, expect, test } from 'vitest';
import { managementServer } from '../../../../../test/support/management-server.ts';

const ACTIONS = (body: { data: { action: string }[] }) => body.data.map(({ action }) => action);

describe('the audit log by API', () => {
  test('has every change with who made it, newest first, and no read', async () => {
    const { call } = await managementServer();
    const project = (await call('POST /api/v1/projects', { body: { name: 'p' } })).body.id;
    const { id, key } = (
      await call('POST /api/v1/keys', { body: { name: 'k', role: 'operator', project_id: project } })
    ).body;
    await call('GET /api/v1/keys');
    const token = await call('POST /api/v1/tokens', {
      key,
      body: { provider: 'openai', token: 'a long secret of ours' },
    });
    await call(`DELETE /api/v1/credentials/${token.body.id}`, { key });
    await call('PUT /api/v1/routes', { body: { name: 'r', targets: ['openai/gpt-4o'] } });
    await call('DELETE /api/v1/routes/r');
    await call(`PATCH /api/v1/keys/${id}`, { body: { name: 'renamed' } });
    await call(`DELETE /api/v1/keys/${id}`);
    const { body } = await call('GET /api/v1/audit');
    expect(ACTIONS(body)).toEqual([
      'key.revoke',
      'key.change',
      'route.delete',
      'route.put',
      'credential.delete',
      'credential.create',
      'key.create',
      'project.create',
    ]);
    const stored = body.data[5];
    expect(stored).toMatchObject({ actor: id, project_id: project, object: token.body.id, detail: { last4: 'ours' } });
    expect((await call('GET /api/v1/audit/verify')).body).toEqual({ rows: 8, broken_at: null });
    expect(ACTIONS((await call(`GET /api/v1/audit?project_id=${project}`)).body)).toHaveLength(6);
  });

  test('comes page by page', async () => {
    const { call } = await managementServer();
    for (const name of ['a', 'b', 'c']) await call('POST /api/v1/projects', { body: { name } });
    const first = await call('GET /api/v1/audit?limit=2');
    const second = await call(`GET /api/v1/audit?limit=2&cursor=${first.body.next_cursor}`);
    const names = [...first.body.data, ...second.body.data].map(({ detail }) => detail.name);
    expect([names, second.body.next_cursor]).toEqual([['c', 'b', 'a'], null]);
  });

  test('refuses a cursor that nobody gave', async () => {
    const { call } = await managementServer();
    const { status, body } = await call('GET /api/v1/audit?cursor=zzz');
    expect([status, body.error.message]).toEqual([400, expect.stringContaining('cursor')]);
  });

  test('is for admins', async () => {
    const { call, key } = await managementServer();
    for (const role of ['inference', 'viewer', 'developer', 'operator'] as const) {
      expect((await call('GET /api/v1/audit', { key: await key(role, 'default') })).status).toBe(403);
    }
    expect((await call('GET /api/v1/audit', { key: undefined })).status).toBe(401);
  });
});
