import { type Kysely, sql } from 'kysely';
import { changedPrompt } from '../../ports/prompt-store.ts';
import type { Storage } from '../../ports/storage.ts';
import { credentialsRepository } from '../repositories/credentials.ts';
import { keysRepository } from '../repositories/keys.ts';
import { kyselyStorage } from '../repositories/kysely-storage.ts';
import { logServicesRepository } from '../repositories/log-services.ts';
import { projectsRepository } from '../repositories/projects.ts';
import { promptsRepository } from '../repositories/prompts.ts';
import { settingsRepository } from '../repositories/settings.ts';
import type { Schema } from '../schema.ts';
import { announced } from './announce.ts';
import { LOCKS } from './locks.ts';
import { openPostgresDatabase, type PostgresDatabase, type PostgresDatabaseOptions } from './open-database.ts';
import { postgresRunStatements, RUNS_CHANNEL } from './run-statements.ts';

/** The storage of several replicas, migrated when this resolves. */
export async function openPostgresStorage(options: PostgresDatabaseOptions): Promise<Storage> {
  return postgresStorage(await openPostgresDatabase(options));
}

/** The Storage port on a database that is open; closes it with itself. */
export function postgresStorage({ db, close }: PostgresDatabase): Storage {
  const plain = kyselyStorage({
    db,
    close,
    runs: postgresRunStatements(db),
    lockAudit: async (transaction) => {
      await sql`select pg_advisory_xact_lock(${LOCKS.audit})`.execute(transaction);
    },
  });
  return { ...plain, ...announcing(db, plain), ...waking(db, plain) };
}

/** What makes a run due: every replica hears of it at once, and finds it at its next look when it does not. */
function waking(db: Kysely<Schema>, { workflows, inbox }: Storage): Pick<Storage, 'workflows' | 'inbox'> {
  const wake = async (runId: string) => {
    await sql`select pg_notify(${RUNS_CHANNEL}, ${runId})`.execute(db);
  };
  const { runs } = workflows;
  return {
    workflows: {
      ...workflows,
      runs: {
        ...runs,
        async insert(row, steps) {
          await runs.insert(row, steps);
          await wake(row.id);
        },
        async cancel(projectId, id, atMs) {
          const ids = await runs.cancel(projectId, id, atMs);
          for (const each of ids) await wake(each);
          return ids;
        },
        async reopen(of) {
          const isOpen = await runs.reopen(of);
          if (isOpen) await wake(of.id);
          return isOpen;
        },
      },
    },
    inbox: {
      ...inbox,
      async decide(of) {
        const row = await inbox.decide(of);
        if (row?.run_id != null) await wake(row.run_id);
        return row;
      },
    },
  };
}

/** The writes that other replicas must hear of, because they hold these rows in memory. */
function announcing(
  db: Kysely<Schema>,
  plain: Storage,
): Pick<Storage, 'keys' | 'projects' | 'credentials' | 'settings' | 'logServices' | 'prompts'> {
  return {
    keys: {
      ...plain.keys,
      insert: (row) => announced(db, { kind: 'keys', name: row.id }, (on) => keysRepository(on).insert(row)),
      update: (id, patch) => announced(db, { kind: 'keys', name: id }, (on) => keysRepository(on).update(id, patch)),
    },
    projects: {
      ...plain.projects,
      insert: (row) => announced(db, { kind: 'projects', name: row.id }, (on) => projectsRepository(on).insert(row)),
    },
    credentials: {
      ...plain.credentials,
      put: (row) => announced(db, { kind: 'credentials', name: row.id }, (on) => credentialsRepository(on).put(row)),
      delete: (id) => announced(db, { kind: 'credentials', name: id }, (on) => credentialsRepository(on).delete(id)),
    },
    settings: {
      ...plain.settings,
      put: (row) =>
        announced(db, { kind: `setting:${row.kind}`, name: row.name }, (on) => settingsRepository(on).put(row)),
      delete: (kind, name) =>
        announced(db, { kind: `setting:${kind}`, name }, (on) => settingsRepository(on).delete(kind, name)),
    },
    prompts: promptsRepository(db, ({ project_id, name }, write) =>
      announced(db, { kind: 'prompts', name: changedPrompt(project_id, name) }, write),
    ),
    logServices: {
      ...plain.logServices,
      update: (id, patch) =>
        announced(db, { kind: 'log-services', name: String(id) }, (on) => logServicesRepository(on).update(id, patch)),
    },
  };
}
