import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MIGRATIONS } from '../../server/src/storage/migrations/migrations.ts';
import { connectPostgres } from '../../server/src/storage/postgres/open-database.ts';
import { openPostgresStorage } from '../../server/src/storage/postgres/open-storage.ts';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { storageContract } from './storage.contract.ts';
import { systemClock } from './system-clock.ts';

requires('postgres')('storage on PostgreSQL', () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());

  storageContract('PostgreSQL', async () => {
    const url = await server.database();
    return { open: () => openPostgresStorage({ url, clock: systemClock, connections: 4 }), remove: async () => {} };
  });

  describe('PostgreSQL storage', () => {
    test('migrates once when several replicas meet an empty database', async () => {
      const url = await server.database();
      const all = await Promise.all(Array.from({ length: 6 }, () => openPostgresStorage({ url, clock: systemClock })));
      await Promise.all(all.map((storage) => storage.close()));
      expect(await appliedMigrations(url)).toEqual(MIGRATIONS.map(({ name }) => name));
    });

    test('refuses a database made by a newer Weir, naming the migration', async () => {
      const url = await server.database();
      await (await openPostgresStorage({ url, clock: systemClock })).close();
      const { db, close } = connectPostgres({ url, clock: systemClock, statementMs: undefined });
      await db.insertInto('schema_migrations').values({ name: '9999-future', applied_at: 1 }).execute();
      await close();
      await expect(openPostgresStorage({ url, clock: systemClock })).rejects.toMatchObject({
        code: 'config.invalid',
        message: expect.stringContaining('9999-future'),
      });
    });

    test('says which database cannot be reached, and never its password', async () => {
      const url = 'postgres://weir:very-secret@127.0.0.1:1/weir';
      const failure = await openPostgresStorage({ url, clock: systemClock }).catch((error) => error);
      expect(failure).toMatchObject({ code: 'store.unavailable' });
      expect(failure.message).toMatch(/DATABASE_URL \(127\.0\.0\.1:1\/weir\).*ECONNREFUSED/);
      expect(failure.message).not.toContain('very-secret');
    });

    test('keeps the audit log one chain when several replicas write at once', async () => {
      const url = await server.database();
      const all = await Promise.all(Array.from({ length: 3 }, () => openPostgresStorage({ url, clock: systemClock })));
      const event = { at: 1, project_id: '', actor: 'a', action: 'b', object: 'c', detail: '{}' };
      await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          all[index % 3]?.audit.append((last) => ({ ...event, id: `audit_${index}`, hash: `${last?.hash ?? ''}x` })),
        ),
      );
      const rows = (await all[0]?.audit.list({ limit: 100 })) ?? [];
      expect(rows.map(({ hash }) => hash.length)).toEqual(Array.from({ length: 60 }, (_, index) => 60 - index));
      await Promise.all(all.map((storage) => storage.close()));
    });

    test('refuses a text that it cannot store as the mistake of whoever sent it', async () => {
      const storage = await openPostgresStorage({ url: await server.database(), clock: systemClock });
      const failing = storage.projects.insert({ id: 'p', name: 'a\0b', created_at: 1 });
      await expect(failing).rejects.toMatchObject({ code: 'request.invalid', message: /U\+0000/ });
      await storage.close();
    });
  });
});

async function appliedMigrations(url: string): Promise<string[]> {
  const { db, close } = connectPostgres({ url, clock: systemClock, statementMs: undefined });
  const rows = await db.selectFrom('schema_migrations').select('name').orderBy('name').execute();
  await close();
  return rows.map(({ name }) => name);
}
