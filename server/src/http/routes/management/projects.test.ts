import { describe, expect, test } from 'vitest';
import { managementServer } from '../../../../../test/support/management-server.ts';

describe('projects', () => {
  test('are made by admins, each name once', async () => {
    const { call, key } = await managementServer();
    const made = await call('POST /api/v1/projects', { body: { name: 'tutoring' } });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^proj_/),
      name: 'tutoring',
      created_at: '2026-11-20T12:00:00.000Z',
    });
    expect((await call('POST /api/v1/projects', { body: { name: 'tutoring' } })).status).toBe(409);
    expect((await call('POST /api/v1/projects', { body: { name: ' ' } })).status).toBe(400);
    const operator = await key('operator', made.body.id);
    expect((await call('POST /api/v1/projects', { key: operator, body: { name: 'x' } })).status).toBe(403);
  });

  test('are seen by admins all, by others only the own one', async () => {
    const { call, key, project } = await managementServer();
    const own = await project('own');
    await project('other');
    const names = async (secret?: string) => {
      const { body } = await call('GET /api/v1/projects', secret === undefined ? {} : { key: secret });
      return body.data.map(({ name }: { name: string }) => name).sort();
    };
    expect(await names()).toEqual(['default', 'other', 'own']);
    expect(await names(await key('viewer', own))).toEqual(['own']);
  });
});
