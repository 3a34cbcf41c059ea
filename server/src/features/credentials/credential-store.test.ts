import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { requirement } from '../../../../test/support/requirement.ts';
import { temporaryStorage } from '../../../../test/support/temporary-storage.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { Provider, ProviderDefinition } from '../../ports/provider.ts';
import { CredentialStore, type NewCredential, type ProviderAddresses } from './credential-store.ts';
import { GuardedCredential } from './guarded-credential.ts';
import { MasterKey } from './master-key.ts';

const SECRET = 'sk-canary-3f9d2c71b8e04a56-WXYZ';
const HOME = 'https://api.openai.example/v1';
const clock = new ManualClock();
const masterKey = MasterKey.parse(randomBytes(32).toString('base64'), 'WEIR_MASTER_KEY');

function addresses(of: Partial<ProviderAddresses> = {}): ProviderAddresses {
  return {
    configured: (name) => (name === 'openai' ? { baseUrl: HOME, fixed: false } : undefined),
    check: async () => undefined,
    ...of,
  };
}

async function openStore(of: Partial<ProviderAddresses> = {}) {
  const { storage, directory } = await temporaryStorage(clock);
  const open = () => CredentialStore.open({ storage, masterKey, clock, addresses: addresses(of) });
  return { storage, directory, open, store: await open() };
}

function provider(of: Partial<Provider> = {}): Provider {
  return {
    name: 'openai',
    definition: {} as ProviderDefinition,
    baseUrl: HOME,
    settings: {},
    headers: {},
    models: [],
    defaultModel: undefined,
    trusted: true,
    credentials: [{ id: 'openai', secret: 'sk-configured', weight: 1, requestsPerMinute: undefined, scope: 'server' }],
    ...of,
  };
}

function credential(of: Partial<NewCredential> = {}): NewCredential {
  const base = {
    provider: 'openai',
    secret: SECRET,
    scope: 'project',
    projectId: 'p1',
    userId: '',
    baseUrl: undefined,
  };
  return { ...base, ...of } as NewCredential;
}

const secrets = (pool: readonly { secret: string }[]) => pool.map(({ secret }) => secret);
const owner = (projectId: string, userId?: string) => ({ projectId, userId });

describe('stored credentials', () => {
  test('are looked up for the user, then the project, then the server, then the configuration', async () => {
    const { store } = await openStore();
    await store.put(credential({ secret: 'of the user', scope: 'user', userId: 'u1' }));
    await store.put(credential({ secret: 'of the project' }));
    await store.put(credential({ secret: 'of the server', scope: 'server', projectId: '' }));
    expect(secrets(store.pool(provider(), owner('p1', 'u1')))).toEqual(['of the user']);
    expect(secrets(store.pool(provider(), owner('p1', 'u2')))).toEqual(['of the project']);
    expect(secrets(store.pool(provider(), owner('p1')))).toEqual(['of the project']);
    expect(secrets(store.pool(provider(), owner('p2', 'u1')))).toEqual(['of the server']);
  });

  test('are still there after a restart, and replaced, not added, by the same owner', async () => {
    const { store, open } = await openStore();
    await store.put(credential({ secret: 'the first' }));
    await store.put(credential({ secret: 'the second' }));
    const reopened = await open();
    expect(secrets(reopened.pool(provider(), owner('p1')))).toEqual(['the second']);
    expect(reopened.list('p1')).toHaveLength(1);
  });

  test('are gone when deleted, for this process and the next', async () => {
    const { store, open } = await openStore();
    const { id } = await store.put(credential());
    expect(await store.delete(id, 'p2')).toBeUndefined();
    expect(await store.delete(id, 'p1')).toMatchObject({ id });
    expect(secrets(store.pool(provider(), owner('p1')))).toEqual(['sk-configured']);
    expect((await open()).list(undefined)).toEqual([]);
  });

  test('are refused for a provider that does not exist, and when empty', async () => {
    const { store } = await openStore();
    await expect(store.put(credential({ provider: 'nobody' }))).rejects.toMatchObject({ param: 'provider' });
    await expect(store.put(credential({ secret: ' \n' }))).rejects.toMatchObject({ param: 'secret' });
  });
});

describe('a credential is bound to the origin it was saved with', () => {
  test('and is not used when the provider moved to another one', async () => {
    const { store } = await openStore();
    await store.put(credential());
    const moved = provider({ baseUrl: 'https://elsewhere.example/v1', credentials: [] });
    expect(store.pool(moved, owner('p1'))).toEqual([]);
    const samePlace = provider({ baseUrl: 'https://api.openai.example/v2' });
    expect(secrets(store.pool(samePlace, owner('p1')))).toEqual([SECRET]);
  });

  test.each([
    ['origin', { origin: 'https://evil.example' }],
    ['base URL', { base_url: 'https://evil.example/v1' }],
    ['project', { project_id: 'p2' }],
    ['user', { scope: 'user', user_id: 'u1' }],
    ['provider', { provider: 'groq' }],
  ] as const)('so a row whose %s was changed in the database opens nothing', async (_, change) => {
    const { storage, store, open } = await openStore({ configured: () => ({ baseUrl: HOME, fixed: false }) });
    await store.put(credential());
    const [row] = await storage.credentials.all();
    await storage.credentials.delete(row!.id);
    await storage.credentials.put({ ...row!, ...change });
    const reopened = await open();
    expect(reopened.list(undefined)).toMatchObject([{ usable: false }]);
    for (const name of ['openai', 'groq']) {
      for (const baseUrl of [HOME, 'https://evil.example/v1']) {
        const at = provider({ name, baseUrl, credentials: [] });
        expect(reopened.pool(at, owner('p1', 'u1'))).toEqual([]);
        expect(reopened.pool(at, owner('p2', 'u1'))).toEqual([]);
      }
    }
  });

  test("so only the server's credential may bring another address", async () => {
    const { store } = await openStore();
    await expect(store.put(credential({ baseUrl: 'https://evil.example/v1' }))).rejects.toMatchObject({
      code: 'request.invalid',
      param: 'base_url',
    });
    await expect(store.put(credential({ baseUrl: HOME }))).resolves.toMatchObject({ usable: true });
  });
});

describe(requirement('A16'), () => {
  const configure = { provider: 'openai', apiKey: SECRET, baseURL: 'https://proxy.example/v1' };

  test('takes effect at once and after a restart, with its address', async () => {
    const { store, open } = await openStore();
    let changes = 0;
    store.onChange(() => changes++);
    await store.setServerCredential(configure);
    expect(changes).toBe(1);
    for (const current of [store, await open()]) {
      expect(current.baseUrlOf('openai')).toBe('https://proxy.example/v1');
      const addressed = current.addressed(provider());
      expect(addressed).toMatchObject({ baseUrl: 'https://proxy.example/v1', trusted: false, credentials: [] });
      expect(secrets(current.pool(addressed, owner('p1')))).toEqual([SECRET]);
    }
  });

  test('never sends the configured key to an address that came by API', async () => {
    const { store } = await openStore();
    await store.setServerCredential(configure);
    const careless = { ...provider(), baseUrl: 'https://proxy.example/v1', trusted: false };
    expect(secrets(store.pool(careless, owner('p1')))).toEqual([SECRET]);
  });

  test('keeps the address when only the key changes, and gives it up with the credential', async () => {
    const { store } = await openStore();
    await store.setServerCredential(configure);
    const { id } = await store.setServerCredential({ ...configure, apiKey: 'another', baseURL: undefined });
    expect(store.baseUrlOf('openai')).toBe('https://proxy.example/v1');
    expect(secrets(store.pool(store.addressed(provider()), owner('p1')))).toEqual(['another']);
    await store.delete(id, undefined);
    expect(store.baseUrlOf('openai')).toBeUndefined();
  });

  test('clears the key of an address that changes: a new address needs a new key', async () => {
    const { store } = await openStore();
    await store.setServerCredential(configure);
    const moving = store.setServerCredential({ ...configure, apiKey: '', baseURL: 'https://evil.example/v1' });
    await expect(moving).rejects.toMatchObject({ code: 'request.invalid' });
    await store.setServerCredential({ ...configure, apiKey: 'another', baseURL: 'https://evil.example/v1' });
    const everything = store.pool(store.addressed(provider()), owner('p1'));
    expect(secrets(everything)).toEqual(['another']);
  });

  test('leaves project credentials of the old address unused', async () => {
    const { store } = await openStore();
    await store.put(credential({ secret: 'of the project' }));
    await store.setServerCredential(configure);
    expect(secrets(store.pool(store.addressed(provider()), owner('p1')))).toEqual([SECRET]);
    expect(store.list('p1')).toMatchObject([{ usable: false }]);
  });

  test('refuses addresses that the egress policy denies, and what is no address', async () => {
    const { store, storage } = await openStore({
      check: async (url) => {
        if (url.hostname === '169.254.169.254') throw new WeirError('egress.denied');
      },
    });
    const at = (baseURL: string) => store.setServerCredential({ ...configure, baseURL });
    await expect(at('http://169.254.169.254/latest')).rejects.toMatchObject({ code: 'egress.denied' });
    for (const wrong of ['file:///etc/passwd', 'nonsense', 'https://u:p@host.example', 'https://host.example/?a=b']) {
      await expect(at(wrong)).rejects.toMatchObject({ code: 'request.invalid', param: 'base_url' });
    }
    expect(await storage.credentials.all()).toEqual([]);
  });

  test('needs no permission for another path at the place the operator named, and stays trusted there', async () => {
    const { store } = await openStore({ check: () => Promise.reject(new WeirError('egress.denied')) });
    await store.setServerCredential({ ...configure, baseURL: 'https://api.openai.example/v2' });
    expect(store.addressed(provider())).toMatchObject({ baseUrl: 'https://api.openai.example/v2', trusted: true });
    await expect(store.setServerCredential(configure)).rejects.toMatchObject({ code: 'egress.denied' });
  });

  test('is not found for a provider that does not exist', async () => {
    const { store } = await openStore();
    const unknown = store.setServerCredential({ ...configure, provider: 'nobody' });
    await expect(unknown).rejects.toMatchObject({ code: 'resource.not_found' });
  });

  test('cannot move a provider whose address the file sets', async () => {
    const { store } = await openStore({ configured: () => ({ baseUrl: HOME, fixed: true }) });
    await expect(store.setServerCredential(configure)).rejects.toMatchObject({ code: 'conflict' });
    await store.setServerCredential({ ...configure, baseURL: undefined });
    expect(secrets(store.pool(store.addressed(provider()), owner('p1')))).toEqual([SECRET]);
  });
});

describe('a secret', () => {
  test('is not in the database files', async () => {
    const { store, directory } = await openStore();
    await store.put(credential());
    await store.setServerCredential({ provider: 'openai', apiKey: SECRET, baseURL: undefined });
    const files = readdirSync(directory);
    expect(files).toContain('weir.db');
    for (const name of files) expect(readFileSync(join(directory, name)).includes(SECRET.slice(3, 20))).toBe(false);
  });

  test('is not in what the store gives out, prints or throws', async () => {
    const { store } = await openStore();
    const info = await store.put(credential());
    const pool = store.pool(provider({ credentials: [] }), owner('p1'));
    const error = await store
      .put(credential({ provider: 'nobody' }))
      .then(() => expect.fail('accepted'))
      .catch((thrown: unknown) => thrown);
    for (const thing of [info, pool, store, store.list(undefined), error]) {
      for (const text of [JSON.stringify(thing), inspect(thing, { depth: 9, showHidden: true })]) {
        expect(text).not.toContain(SECRET.slice(3, 20));
      }
    }
    expect(info.last4).toBe('WXYZ');
    expect(inspect(pool)).toContain('...WXYZ');
  });

  test('shows no last characters when it is hardly longer than them', () => {
    const short = { id: 'c', secret: 'hunter2', weight: 1, requestsPerMinute: undefined, scope: 'server' } as const;
    expect(JSON.stringify(new GuardedCredential(short))).toBe('{"id":"c","last4":""}');
  });

  test('is encrypted anew each time, and opened with its own master key only', async () => {
    const { storage, store } = await openStore();
    await store.put(credential());
    await store.put(credential({ projectId: 'p2' }));
    const rows = await storage.credentials.all();
    expect(rows.map((row) => row.master_key_id)).toEqual([masterKey.id, masterKey.id]);
    expect(rows[0]?.sealed).not.toBe(rows[1]?.sealed);
    const other = MasterKey.parse(randomBytes(32).toString('base64'), 'X');
    const blind = await CredentialStore.open({ storage, masterKey: other, clock, addresses: addresses() });
    expect(blind.pool(provider({ credentials: [] }), owner('p1'))).toEqual([]);
  });
});
