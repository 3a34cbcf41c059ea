import { describe, expect, test } from 'vitest';
import { settled } from '../../../../../test/contracts/ledger-records.ts';
import { managementServer } from '../../../../../test/support/management-server.ts';

/** Two projects, each with an operator, a key and a credential. */
async function twoTenants() {
  const server = await managementServer({
    records: [settled('of a', { project_id: 'proj_a' }), settled('of default', { project_id: 'default' })],
  });
  const mine = await server.project('mine');
  const theirs = await server.project('theirs');
  const operator = await server.key('operator', mine);
  const made = await server.call('POST /api/v1/keys', { body: { name: 'their key', project_id: theirs } });
  const stored = await server.call('POST /api/v1/credentials', {
    body: { provider: 'openai', secret: 'their secret, which is long', project_id: theirs },
  });
  return { ...server, theirs, operator, keyId: made.body.id as string, credentialId: stored.body.id as string };
}

/** What differs between two replies although nothing was told: the ids and times of the requests themselves. */
function comparable(text: string): string {
  return text.replace(/req_[0-9a-f]+/g, 'req').replace(/"timestamp":"[^"]*"/, '');
}

describe('the ids of another project', () => {
  test('answer byte for byte like ids that do not exist, on every route that takes one', async () => {
    const { call, operator, keyId, credentialId, theirs } = await twoTenants();
    const routes: [string, string, string, object?][] = [
      ['PATCH /api/v1/keys/', keyId, 'key_ffffffffffffffffffffffffffffffff', { name: 'x' }],
      ['DELETE /api/v1/keys/', keyId, 'key_ffffffffffffffffffffffffffffffff'],
      ['DELETE /api/v1/keys/', 'admin', 'nobody'],
      ['DELETE /api/v1/credentials/', credentialId, 'cred_ffffffffffffffffffffffffffffffff'],
      ['GET /api/v1/keys?project_id=', theirs, 'proj_nobody'],
      ['GET /api/v1/credentials?project_id=', theirs, 'proj_nobody'],
      ['GET /api/v1/usage/report?project_id=', theirs, 'proj_nobody'],
      ['GET /api/v1/usage/records?project_id=', theirs, 'proj_nobody'],
      ['GET /api/v1/telemetry?project_id=', theirs, 'proj_nobody'],
      ['GET /api/v1/costs?project_id=', theirs, 'proj_nobody'],
      ['GET /api/v1/keys?cursor=', keyId, 'key_nobody'],
    ];
    for (const [line, foreign, missing, body] of routes) {
      const seen = await call(line + foreign, { key: operator, ...(body === undefined ? {} : { body }) });
      const none = await call(line + missing, { key: operator, ...(body === undefined ? {} : { body }) });
      expect([line, seen.status]).toEqual([line, line.includes('cursor') ? 400 : 404]);
      expect(seen.status).toBe(none.status);
      expect(comparable(seen.text)).toBe(comparable(none.text));
    }
  });

  test('are refused in bodies like ids that do not exist', async () => {
    const { call, operator, theirs } = await twoTenants();
    for (const [line, body] of [
      ['POST /api/v1/keys', { name: 'x' }],
      ['POST /api/v1/credentials', { provider: 'openai', secret: 'a secret of ours' }],
    ] as const) {
      const seen = await call(line, { key: operator, body: { ...body, project_id: theirs } });
      const none = await call(line, { key: operator, body: { ...body, project_id: 'proj_nobody' } });
      expect(seen.status).toBe(404);
      expect(comparable(seen.text)).toBe(comparable(none.text));
    }
  });

  test('are untouched after all of that, and seen by their owner', async () => {
    const { call, key, operator, theirs, keyId, credentialId } = await twoTenants();
    await call(`DELETE /api/v1/keys/${keyId}`, { key: operator });
    await call(`DELETE /api/v1/credentials/${credentialId}`, { key: operator });
    const owner = await key('operator', theirs);
    expect((await call('GET /api/v1/keys', { key: owner })).text).toContain(keyId);
    expect((await call('GET /api/v1/credentials', { key: owner })).text).toContain(credentialId);
    expect((await call('GET /api/v1/keys', { key: operator })).text).not.toContain(keyId);
    expect((await call('GET /api/v1/credentials', { key: operator })).text).not.toContain(credentialId);
    expect((await call('GET /api/v1/projects', { key: operator })).text).not.toContain(theirs);
  });
});
