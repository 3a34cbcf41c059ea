import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  AuditRow,
  CredentialRow,
  IdempotencyRow,
  KeyRow,
  ProviderObjectRow,
  Storage,
} from '../../server/src/ports/storage.ts';
import { conversations } from './conversations.contract.ts';
import { evaluations } from './evaluations.contract.ts';
import { logPolicies } from './log-policies.contract.ts';
import { prompts } from './prompts.contract.ts';
import { workflowStore } from './workflow-store.contract.ts';

/** A backend under test: opens the same empty database again and again until it is removed. */
export interface StorageUnderTest {
  open(): Promise<Storage>;
  remove(): Promise<void>;
}

const KEY: KeyRow = {
  id: 'key_1',
  project_id: 'project_1',
  name: 'laptop',
  hash: 'aa'.repeat(32),
  last4: 'wxyz',
  role: 'caller',
  scopes: '{"models":["gpt-4o"]}',
  created_at: 1_800_000_000_000,
  expires_at: null,
  revoked_at: null,
};

const CREDENTIAL: CredentialRow = {
  id: 'credential_1',
  provider: 'openai',
  scope: 'project',
  project_id: 'project_1',
  user_id: '',
  origin: 'https://api.openai.com',
  base_url: null,
  sealed: 'c2VhbGVk',
  master_key_id: 'master_1',
  last4: '1234',
  created_at: 1_800_000_000_000,
};

const OBJECT: ProviderObjectRow = {
  id: 'resp_1',
  kind: 'response',
  project_id: 'project_1',
  user_id: null,
  provider: '',
  credential_id: '',
  previous_id: null,
  content: 'Y29udGVudA==',
  created_at: 1_800_000_000_000,
};

const CALL: IdempotencyRow = {
  id: 'hash_1',
  body_hash: 'body_1',
  status: null,
  headers: null,
  body: null,
  created_at: 1_800_000_000_000,
};

const EVENT: AuditRow = {
  id: 'audit_b',
  at: 1_800_000_000_000,
  project_id: 'project_1',
  actor: 'key_1',
  action: 'key.create',
  object: 'key_2',
  detail: '{}',
  hash: 'h1',
};

/** What every implementation of the Storage port promises. */
export function storageContract(name: string, prepare: () => Promise<StorageUnderTest>): void {
  describe(`storage contract: ${name}`, () => {
    let backend: StorageUnderTest;
    let storage: Storage;

    beforeEach(async () => {
      backend = await prepare();
      storage = await backend.open();
    });
    afterEach(async () => {
      await storage.close();
      await backend.remove();
    });

    async function reopen(): Promise<void> {
      await storage.close();
      storage = await backend.open();
    }

    keysAndProjects(() => storage);
    credentials(() => storage);
    settingsAndValues(() => storage);
    objects(() => storage);
    idempotency(() => storage);
    audit(() => storage);
    retention(() => storage);
    outbox(() => storage);
    logPolicies(() => storage);
    workflowStore(() => storage);
    conversations(() => storage);
    evaluations(() => storage);
    prompts(() => storage);

    test('keeps every row over a restart', async () => {
      await storage.keys.insert(KEY);
      await storage.projects.insert({ id: 'project_1', name: 'Default', created_at: 1 });
      await storage.credentials.put(CREDENTIAL);
      await storage.settings.put({ kind: 'route', name: 'fast', value: '{}', updated_at: 2 });
      await storage.objects.insert(OBJECT);
      await storage.idempotency.begin(CALL);
      await storage.audit.append(() => EVENT);
      await storage.values.put('master', 'check');
      await reopen();
      expect(await storage.keys.all()).toEqual([KEY]);
      expect(await storage.projects.all()).toEqual([{ id: 'project_1', name: 'Default', created_at: 1 }]);
      expect(await storage.credentials.all()).toEqual([CREDENTIAL]);
      expect(await storage.settings.all('route')).toHaveLength(1);
      expect(await storage.objects.get('resp_1')).toEqual(OBJECT);
      expect(await storage.idempotency.begin(CALL)).toEqual(CALL);
      expect(await storage.audit.last()).toEqual(EVENT);
      expect(await storage.values.get('master')).toBe('check');
    });

    test('answers a ping, and refuses everything after close with store.unavailable', async () => {
      await storage.ping();
      await storage.close();
      await expect(storage.keys.all()).rejects.toMatchObject({ code: 'store.unavailable' });
    });

    test('serves a second opener of the same database at the same time', async () => {
      const other = await backend.open();
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? storage : other).keys.insert({ ...KEY, id: `key_${index}`, hash: `hash_${index}` }),
        ),
      );
      expect(await other.keys.all()).toHaveLength(20);
      expect(await storage.keys.all()).toHaveLength(20);
      await other.close();
    });
  });
}

function keysAndProjects(storage: () => Storage): void {
  test('lists keys oldest first and changes only the patched columns', async () => {
    await storage().keys.insert({ ...KEY, id: 'key_2', hash: 'other', created_at: KEY.created_at + 1 });
    await storage().keys.insert(KEY);
    await storage().keys.update('key_1', { revoked_at: 1_900_000_000_000 });
    const keys = await storage().keys.all();
    expect(keys.map(({ id }) => id)).toEqual(['key_1', 'key_2']);
    expect(keys[0]).toEqual({ ...KEY, revoked_at: 1_900_000_000_000 });
    expect(keys[1]?.revoked_at).toBeNull();
  });

  test('gives a key by its id', async () => {
    await storage().keys.insert(KEY);
    expect(await storage().keys.get('key_1')).toEqual(KEY);
    expect(await storage().keys.get('key_2')).toBeUndefined();
  });

  test('takes an empty patch and a patch for nobody without a change', async () => {
    await storage().keys.insert(KEY);
    await storage().keys.update('key_1', {});
    await storage().keys.update('nobody', { name: 'x' });
    expect(await storage().keys.all()).toEqual([KEY]);
  });

  test('refuses a second key with the same id or hash as a conflict', async () => {
    await storage().keys.insert(KEY);
    await expect(storage().keys.insert(KEY)).rejects.toMatchObject({ code: 'conflict' });
    await expect(storage().keys.insert({ ...KEY, id: 'key_2' })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('keeps any text as it is', async () => {
    const name = 'a\tb\n \u{1F30A} "\'; DROP TABLE projects; --';
    await storage().projects.insert({ id: 'project_1', name, created_at: 1 });
    expect((await storage().projects.all())[0]?.name).toBe(name);
  });
}

function credentials(storage: () => Storage): void {
  test('replaces a credential of the same provider, scope, project and user, and no other', async () => {
    await storage().credentials.put(CREDENTIAL);
    await storage().credentials.put({ ...CREDENTIAL, id: 'credential_2', scope: 'user', user_id: 'ada' });
    await storage().credentials.put({ ...CREDENTIAL, id: 'credential_3', last4: '9999' });
    const rows = await storage().credentials.all();
    expect(rows.map(({ id, last4 }) => [id, last4])).toEqual([
      ['credential_2', '1234'],
      ['credential_3', '9999'],
    ]);
  });

  test('says whether a credential was there to delete', async () => {
    await storage().credentials.put(CREDENTIAL);
    expect(await storage().credentials.delete('credential_1')).toBe(true);
    expect(await storage().credentials.delete('credential_1')).toBe(false);
  });
}

function settingsAndValues(storage: () => Storage): void {
  test('replaces a setting by kind and name, and lists one kind by name', async () => {
    await storage().settings.put({ kind: 'route', name: 'slow', value: '1', updated_at: 1 });
    await storage().settings.put({ kind: 'route', name: 'fast', value: '2', updated_at: 2 });
    await storage().settings.put({ kind: 'provider', name: 'fast', value: '3', updated_at: 3 });
    await storage().settings.put({ kind: 'route', name: 'slow', value: '4', updated_at: 4 });
    expect(await storage().settings.all('route')).toEqual([
      { kind: 'route', name: 'fast', value: '2', updated_at: 2 },
      { kind: 'route', name: 'slow', value: '4', updated_at: 4 },
    ]);
    expect(await storage().settings.delete('route', 'slow')).toBe(true);
    expect(await storage().settings.delete('route', 'slow')).toBe(false);
    expect(await storage().settings.all('provider')).toHaveLength(1);
  });

  test('lets one of many claim a value, and tells the others which', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, (_, index) => storage().values.claim('a', `${index}`)));
    expect(new Set(claims)).toEqual(new Set([await storage().values.get('a')]));
    expect(await storage().values.claim('a', 'late')).toBe(claims[0]);
  });

  test('gives undefined for a value nobody put, and the last one put', async () => {
    expect(await storage().values.get('a')).toBeUndefined();
    await storage().values.put('a', '1');
    await storage().values.put('a', '2');
    expect(await storage().values.get('a')).toBe('2');
  });
}

function objects(storage: () => Storage): void {
  test('pages objects of one project and kind newest first, ties broken by id', async () => {
    const rows = [3, 1, 2, 2, 5].map((age, index) => ({ ...OBJECT, id: `resp_${index}`, created_at: age }));
    for (const row of rows) await storage().objects.insert(row);
    await storage().objects.insert({ ...OBJECT, id: 'file_1', kind: 'file' });
    await storage().objects.insert({ ...OBJECT, id: 'resp_x', project_id: 'project_2' });
    const query = { kind: 'response', projectId: 'project_1', limit: 2 };
    const first = await storage().objects.list(query);
    const second = await storage().objects.list({ ...query, before: first[1]?.id ?? '' });
    const third = await storage().objects.list({ ...query, before: second[1]?.id ?? '' });
    expect([first, second, third].map((page) => page.map(({ id }) => id))).toEqual([
      ['resp_4', 'resp_0'],
      ['resp_3', 'resp_2'],
      ['resp_1'],
    ]);
    expect(await storage().objects.list({ ...query, before: 'resp_x' })).toEqual([]);
  });

  test('replaces what is kept of an object and nothing else of it', async () => {
    await storage().objects.insert(OBJECT);
    await storage().objects.update('resp_1', 'sealed anew');
    await storage().objects.update('resp_2', 'of nothing');
    expect(await storage().objects.get('resp_1')).toEqual({ ...OBJECT, content: 'sealed anew' });
    expect(await storage().objects.get('resp_2')).toBeUndefined();
  });

  test('gets, deletes and misses an object by id', async () => {
    await storage().objects.insert(OBJECT);
    expect(await storage().objects.get('resp_1')).toEqual(OBJECT);
    expect(await storage().objects.delete('resp_1')).toBe(true);
    expect(await storage().objects.delete('resp_1')).toBe(false);
    expect(await storage().objects.get('resp_1')).toBeUndefined();
  });
}

function idempotency(storage: () => Storage): void {
  test('lets exactly one of many begin a call', async () => {
    const begun = await Promise.all(Array.from({ length: 50 }, () => storage().idempotency.begin(CALL)));
    expect(begun.filter((standing) => standing === undefined)).toHaveLength(1);
    expect(begun.filter((standing) => standing !== undefined)).toHaveLength(49);
  });

  test('lets exactly one of many take the place of a row, and nobody that of another one', async () => {
    await storage().idempotency.begin(CALL);
    const later = { ...CALL, created_at: CALL.created_at + 1, headers: '{"epoch":"b"}' };
    const replaced = await Promise.all(Array.from({ length: 10 }, () => storage().idempotency.replace(CALL, later)));
    expect(replaced.filter((done) => done)).toHaveLength(1);
    expect(await storage().idempotency.replace({ ...later, headers: '{"epoch":"c"}' }, CALL)).toBe(false);
    expect(await storage().idempotency.begin(CALL)).toEqual(later);
  });

  test('gives the finished reply to who begins again, until it is deleted or pruned', async () => {
    await storage().idempotency.begin(CALL);
    await storage().idempotency.finish('hash_1', { status: 200, headers: '{}', body: 'Ym9keQ==' });
    const finished = { ...CALL, status: 200, headers: '{}', body: 'Ym9keQ==' };
    expect(await storage().idempotency.begin({ ...CALL, body_hash: 'other' })).toEqual(finished);
    await storage().idempotency.prune(CALL.created_at);
    expect(await storage().idempotency.begin(CALL)).toEqual(finished);
    await storage().idempotency.prune(CALL.created_at + 1);
    expect(await storage().idempotency.begin(CALL)).toBeUndefined();
    await storage().idempotency.delete('hash_1');
    expect(await storage().idempotency.begin(CALL)).toBeUndefined();
  });
}

function outbox(storage: () => Storage): void {
  test('has nothing to send before a ledger notes something', async () => {
    expect(await storage().outbox.take(10)).toEqual([]);
    await storage().outbox.done([]);
    await storage().outbox.done(['req_1']);
    expect(await storage().outbox.size()).toBe(0);
    expect(await storage().outbox.forgetOldest(10)).toBe(0);
  });
}

function retention(storage: () => Storage): void {
  test('erases what is stored of one user of one project, and forgets what was said in calls by age', async () => {
    const said = { ...OBJECT, kind: 'content', user_id: 'ada' } as const;
    await storage().objects.insert({ ...said, id: 'req_1', created_at: 1 });
    await storage().objects.insert({ ...said, id: 'resp_1', kind: 'response' });
    await storage().objects.insert({ ...said, id: 'req_2', project_id: 'project_2' });
    for (const at of [1, 2, 3])
      await storage().objects.insert({ ...said, id: `old_${at}`, user_id: 'bob', created_at: at });
    const { content } = storage();
    expect(await content.erase({ projectId: 'project_1', userId: 'ada' })).toBe(2);
    expect(await content.erase({ projectId: 'project_1', userId: 'ada' })).toBe(0);
    expect(await storage().objects.get('req_2')).toBeDefined();
    expect(await content.forgetOld({ projectId: 'project_1', beforeMs: 3, limit: 1 })).toBe(1);
    expect(await content.forgetOld({ projectId: 'project_1', beforeMs: 3, limit: 5 })).toBe(1);
    expect(await storage().objects.get('old_3')).toBeDefined();
  });

  test('forgets the oldest responses a batch at a time, and no files', async () => {
    for (const at of [1, 2, 3, 4]) await storage().objects.insert({ ...OBJECT, id: `resp_${at}`, created_at: at });
    await storage().objects.insert({ ...OBJECT, id: 'file_1', kind: 'file', created_at: 1 });
    expect(await storage().retention.forgetContent({ beforeMs: 4, limit: 2 })).toBe(2);
    expect(await storage().retention.forgetContent({ beforeMs: 4, limit: 2 })).toBe(1);
    expect(await storage().retention.forgetContent({ beforeMs: 4, limit: 2 })).toBe(0);
    expect(await storage().objects.get('resp_4')).toBeDefined();
    expect(await storage().objects.get('file_1')).toBeDefined();
  });

  test('forgets the beginning of the audit log, remembers its end, and keeps the newest row', async () => {
    for (const at of [1, 2, 9, 3, 4]) {
      await storage().audit.append((last) => ({ ...EVENT, id: `audit_${at}`, at, hash: `${last?.hash ?? ''}${at}` }));
    }
    expect(await storage().audit.anchor()).toBe('');
    expect(await storage().retention.forgetAudit({ beforeMs: 5, limit: 1 })).toBe(1);
    expect(await storage().audit.anchor()).toBe('1');
    // A row that is too young protects all behind it: the chain is only ever cut at its beginning.
    expect(await storage().retention.forgetAudit({ beforeMs: 5, limit: 10 })).toBe(1);
    expect(await storage().audit.anchor()).toBe('12');
    expect(await storage().retention.forgetAudit({ beforeMs: 100, limit: 10 })).toBe(2);
    expect((await storage().audit.list({ limit: 10 })).map(({ id }) => id)).toEqual(['audit_4']);
    expect(await storage().retention.forgetAudit({ beforeMs: 100, limit: 10 })).toBe(0);
  });
}

function audit(storage: () => Storage): void {
  test('keeps the order of insertion when two events share a millisecond', async () => {
    expect(await storage().audit.last()).toBeUndefined();
    await storage().audit.append(() => EVENT);
    await storage().audit.append((last) => ({ ...EVENT, id: 'audit_a', hash: last?.hash === 'h1' ? 'h2' : 'broken' }));
    await storage().audit.append(() => ({ ...EVENT, id: 'audit_c', hash: 'h3', project_id: 'project_2' }));
    expect((await storage().audit.last())?.hash).toBe('h3');
    const all = await storage().audit.list({ limit: 10 });
    expect(all.map(({ hash }) => hash)).toEqual(['h3', 'h2', 'h1']);
    expect(all[2]).toEqual(EVENT);
  });

  test('pages the events of one project', async () => {
    for (const index of [1, 2, 3, 4]) {
      const project_id = index === 2 ? 'project_2' : 'project_1';
      await storage().audit.append(() => ({ ...EVENT, id: `audit_${index}`, project_id }));
    }
    const first = await storage().audit.list({ projectId: 'project_1', limit: 2 });
    const second = await storage().audit.list({ projectId: 'project_1', limit: 2, before: 'audit_3' });
    expect([first, second].map((page) => page.map(({ id }) => id))).toEqual([['audit_4', 'audit_3'], ['audit_1']]);
  });
}
