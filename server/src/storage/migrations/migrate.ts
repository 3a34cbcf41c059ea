import type { Kysely, Transaction } from 'kysely';
import { isWeirError, WeirError } from '../../kernel/errors.ts';
import type { Schema } from '../schema.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';

export interface MigrateOptions {
  readonly nowMs: number;
  readonly migrations?: readonly Migration[];
  /** Keeps other processes from migrating until the transaction is over, where beginning one does not. */
  readonly lock?: (transaction: Transaction<Schema>) => Promise<void>;
}

/** Brings the database up to date, all missing migrations in one transaction; gives the names of those applied. */
export async function migrate(db: Kysely<Schema>, options: MigrateOptions): Promise<string[]> {
  const { nowMs, migrations = MIGRATIONS, lock } = options;
  await createNotes(db);
  // The common start finds nothing to do, and then must not wait for another process' write lock.
  if ((await missing(db, migrations)).length === 0) return [];
  return db.transaction().execute(async (transaction) => {
    await lock?.(transaction);
    const wanted = await missing(transaction, migrations);
    for (const { name, apply } of wanted) {
      await apply(transaction as unknown as Kysely<unknown>);
      await transaction.insertInto('schema_migrations').values({ name, applied_at: nowMs }).execute();
    }
    return wanted.map(({ name }) => name);
  });
}

async function createNotes(db: Kysely<Schema>): Promise<void> {
  try {
    await db.schema
      .createTable('schema_migrations')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey().notNull())
      .addColumn('applied_at', 'bigint', (column) => column.notNull())
      .execute();
  } catch (error) {
    // Of two that create it at once PostgreSQL refuses one, and then it is there.
    if (!isWeirError(error) || error.code !== 'conflict') throw error;
  }
}

async function missing(
  db: Kysely<Schema> | Transaction<Schema>,
  migrations: readonly Migration[],
): Promise<Migration[]> {
  const rows = await db.selectFrom('schema_migrations').select('name').execute();
  const applied = new Set(rows.map(({ name }) => name));
  const unknown = [...applied].find((name) => !migrations.some((migration) => migration.name === name));
  if (unknown !== undefined) {
    throw new WeirError('config.invalid', {
      message: `The database was made by a newer Weir (it has the migration "${unknown}"). Start that version or newer, or restore a backup made before the upgrade.`,
    });
  }
  return migrations.filter(({ name }) => !applied.has(name));
}
