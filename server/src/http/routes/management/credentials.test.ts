import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { managementServer } from '../../../../../test/support/management-server.ts';

const SECRET = 'sk-canary-5b0e41d7aa93c26f-WXYZ';

describe('provider credentials by API', () => {
  test('are stored for a project, a user or the server, and shown by their last four characters', async () => {
    const { call } = await managementServer();
    const made = await call('POST /api/v1/credentials', {
      body: { provider: 'openai', secret: SECRET, user_id: 'ada' },
    });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^cred_/),
      provider: 'openai',
      scope: 'user',
      project_id: 'default',
      user_id: 'ada',
      origin: 'https://api.openai.example',
      base_url: null,
      last4: 'WXYZ',
      usable: true,
      created_at: '2026-11-20T12:00:00.000Z',
    });
    const server = { provider: 'openai', secret: SECRET, scope: 'server', base_url: 'https://proxy.example/v1' };
    expect((await call('POST /api/v1/credentials', { body: server })).body).toMatchObject({
      scope: 'server',
      project_id: null,
      base_url: 'https://proxy.example/v1',
    });
    expect((await call('GET /api/v1/credentials')).body.data).toHaveLength(2);
    expect((await call(`DELETE /api/v1/credentials/${made.body.id}`)).status).toBe(200);
    expect((await call(`DELETE /api/v1/credentials/${made.body.id}`)).status).toBe(404);
  });

  test("of the server are an admin's business", async () => {
    const { call, key } = await managementServer();
    const operator = await key('operator', 'default');
    const body = { provider: 'openai', secret: SECRET, scope: 'server' };
    expect((await call('POST /api/v1/credentials', { key: operator, body })).status).toBe(403);
    const { id } = (await call('POST /api/v1/credentials', { body })).body;
    expect((await call('GET /api/v1/credentials', { key: operator })).body.data).toEqual([]);
    expect((await call(`DELETE /api/v1/credentials/${id}`, { key: operator })).status).toBe(404);
  });

  test('are stored as tokens too', async () => {
    const { call, credentials } = await managementServer();
    const made = await call('POST /api/v1/tokens', { body: { provider: 'openai', token: SECRET, user_id: 'ada' } });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^cred_/),
      user_id: 'ada',
      provider: 'openai',
      last4: 'WXYZ',
      created_at: '2026-11-20T12:00:00.000Z',
    });
    const forAll = await call('POST /api/v1/tokens', { body: { provider: 'openai', token: SECRET } });
    expect(forAll.body.user_id).toBeNull();
    expect(
      credentials
        .list('default')
        .map(({ scope }) => scope)
        .sort(),
    ).toEqual(['project', 'user']);
  });

  test.each<[object, string]>([
    [{ secret: SECRET }, 'provider'],
    [{ provider: 'nobody', secret: SECRET }, 'provider'],
    [{ provider: 'openai' }, 'secret'],
    [{ provider: 'openai', secret: '   ' }, 'secret'],
    [{ provider: 'openai', secret: SECRET, scope: 'user' }, 'user_id'],
    [{ provider: 'openai', secret: SECRET, scope: 'project', user_id: 'ada' }, 'user_id'],
    [{ provider: 'openai', secret: SECRET, base_url: 'https://evil.example' }, 'base_url'],
    [{ provider: 'openai', secret: SECRET, api_base: 'https://evil.example' }, 'api_base'],
  ])('are refused from %j, naming %s', async (body, param) => {
    const { call, credentials } = await managementServer();
    const answer = await call('POST /api/v1/credentials', { body });
    expect([answer.status, answer.body.error.details.param]).toEqual([400, param]);
    expect(answer.text).not.toContain(SECRET);
    expect(credentials.list(undefined)).toEqual([]);
  });

  test('leave no secret in replies, errors, the audit log, the documents or the database', async () => {
    const { call, directory, key, reported } = await managementServer();
    const viewer = await key('viewer', 'default');
    const answers = [];
    for (const scope of ['server', 'project']) {
      answers.push(await call('POST /api/v1/credentials', { body: { provider: 'openai', secret: SECRET, scope } }));
    }
    answers.push(await call('POST /api/v1/tokens', { body: { provider: 'openai', token: SECRET, user_id: 'ada' } }));
    answers.push(await call('POST /api/v1/tokens', { body: { provider: 'nobody', token: SECRET } }));
    answers.push(await call('POST /api/v1/tokens', { body: { provider: 'openai', token: [SECRET] } }));
    answers.push(await call('POST /api/v1/tokens', { key: viewer, body: { provider: 'openai', token: SECRET } }));
    answers.push(await call('POST /api/v1/tokens', { body: `{"provider": "openai", "token": "${SECRET}",` }));
    for (const line of ['GET /api/v1/credentials', 'GET /api/v1/audit', 'GET /api/openapi.json', 'GET /api/docs']) {
      answers.push(await call(line));
    }
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(7);
    const canary = SECRET.slice(3, 26);
    for (const { text, headers } of answers) expect(text + JSON.stringify(headers)).not.toContain(canary);
    for (const name of readdirSync(directory)) {
      expect(readFileSync(join(directory, name)).includes(canary)).toBe(false);
    }
    expect(reported).toEqual([]);
  });
});
