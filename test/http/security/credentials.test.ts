import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { startWeir } from '../../support/weir.ts';
import { type ComposedWeir, composeWeir, UPSTREAM_SECRETS } from './composed-weir.ts';

let weir: ComposedWeir;
let member = '';

beforeAll(async () => {
  weir = await composeWeir();
  member = (await weir.key({ role: 'operator' })).key;
});
afterAll(() => weir.close());

async function api(line: string, body?: unknown, key = member) {
  const [method = '', path = ''] = line.split(' ');
  const response = await fetch(weir.url + path, {
    method,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as never as Record<string, never> };
}

/** The secret that a call of this user was made with. */
async function usedFor(userId?: string): Promise<string | undefined> {
  const response = await fetch(`${weir.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${member}`, ...(userId === undefined ? {} : { 'x-user-id': userId }) },
    body: JSON.stringify({ model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }),
  });
  expect(response.status).toBe(200);
  return weir.upstream.requests.at(-1)?.headers.authorization?.replace('Bearer ', '');
}

describe(requirement('D3'), () => {
  test("a user's credential is used before the project's, that before the server's; replacing and deleting one takes effect at once", async () => {
    expect(await usedFor('ada')).toBe(UPSTREAM_SECRETS.openai);
    const project = await api('POST /api/v1/credentials', { provider: 'openai', secret: 'sk-of-the-project' });
    expect([project.status, JSON.stringify(project.json)]).toEqual([201, expect.not.stringContaining('sk-of')]);
    expect([await usedFor('ada'), await usedFor()]).toEqual(['sk-of-the-project', 'sk-of-the-project']);
    const token = await api('POST /api/v1/tokens', { provider: 'openai', token: 'sk-of-ada-1234', user_id: 'ada' });
    expect(token).toMatchObject({ status: 201, json: { user_id: 'ada', provider: 'openai', last4: '1234' } });
    expect(Object.keys(token.json).sort()).toEqual(['created_at', 'id', 'last4', 'provider', 'user_id']);
    expect([await usedFor('ada'), await usedFor('bob')]).toEqual(['sk-of-ada-1234', 'sk-of-the-project']);
    await api('POST /api/v1/tokens', { provider: 'openai', token: 'sk-of-ada-rotated', user_id: 'ada' });
    expect(await usedFor('ada')).toBe('sk-of-ada-rotated');
    const { data } = (await api('GET /api/v1/credentials')).json as unknown as { data: { id: string }[] };
    expect(data).toHaveLength(2);
    for (const { id } of data) expect((await api(`DELETE /api/v1/credentials/${id}`)).status).toBe(200);
    expect(await usedFor('ada')).toBe(UPSTREAM_SECRETS.openai);
  });

  test('no stored secret is readable in any file', async () => {
    await api('POST /api/v1/credentials', { provider: 'openai', secret: 'sk-canary-at-rest-0123' });
    expect(await usedFor()).toBe('sk-canary-at-rest-0123');
    for (const file of readdirSync(weir.dataDir, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      expect(readFileSync(join(file.parentPath, file.name), 'latin1')).not.toContain('canary-at-rest');
    }
  });
});

describe(requirement('D11'), () => {
  test.each([
    [{ user_id: 'ada' }, 'ada'],
    [{}, undefined],
  ])('a call of %j without any credential is not found, naming provider and user', async (more, user) => {
    const body = { model: 'command-a-03-2025', inputs: 'hi', provider: 'cohere', ...more };
    const response = await fetch(`${weir.url}/api/v1/inference`, {
      method: 'POST',
      headers: { authorization: `Bearer ${member}`, ...(user === undefined ? {} : { 'x-user-id': user }) },
      body: JSON.stringify(body),
    });
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect([response.status, error.code]).toEqual([404, 'credential.not_found']);
    expect(error.message).toContain('cohere');
    if (user !== undefined) expect(error.message).toContain(user);
  });
});

describe(requirement('D14'), () => {
  test('ENCRYPTION_KEY in URL-safe base64 is the master key: the same opens what it sealed, another refuses to start', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'weir-data-'));
    const env = { ENCRYPTION_KEY: urlSafeKey() };
    const first = await startWeir({ dataDir, env });
    const stored = { provider: 'openai', secret: 'sk-kept-over-restarts', scope: 'server' };
    expect((await first.api('POST /api/v1/credentials', stored)).status).toBe(201);
    expect(readdirSync(dataDir)).not.toContain('master.key');
    await first.stop();
    const again = await startWeir({ dataDir, env: { WEIR_MASTER_KEY: standardBase64(env.ENCRYPTION_KEY) } });
    const { json } = await again.api('GET /api/v1/credentials');
    expect(json.data).toMatchObject([{ provider: 'openai', usable: true }]);
    await again.stop();
    const other = { ENCRYPTION_KEY: urlSafeKey() };
    await expect(startWeir({ dataDir, env: other })).rejects.toThrow(/ENCRYPTION_KEY is not the master key/);
    await expect(startWeir({ env: { ENCRYPTION_KEY: 'short' } })).rejects.toThrow(/ENCRYPTION_KEY must be 32 random/);
  });
});

/** With at least one of the characters in which the two alphabets differ. */
function urlSafeKey(): string {
  for (;;) {
    const key = `${randomBytes(32).toString('base64url')}=`;
    if (/[-_]/.test(key)) return key;
  }
}

function standardBase64(key: string): string {
  return key.replaceAll('-', '+').replaceAll('_', '/');
}
