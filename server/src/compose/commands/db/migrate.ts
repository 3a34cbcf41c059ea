import { DatabaseSync } from 'node:sqlite';
import { action } from '../../../cli/action.ts';
import { JSON_OPTION } from '../../../cli/connection.ts';
import { lockDirectory } from '../../../storage/sqlite/directory-lock.ts';
import { openSqliteStorage } from '../../../storage/sqlite/open-storage.ts';
import { systemClock } from '../../system-clock.ts';
import { CONFIG, configFrom, DATA_DIR } from '../config-options.ts';
import { databaseOf } from './database-file.ts';

export const migrate = action({
  summary: 'Bring the database up to date; "weir serve" does the same at its start',
  options: { ...CONFIG, ...DATA_DIR, json: JSON_OPTION },
  notes: [
    'The PostgreSQL database of DATABASE_URL when that is set, otherwise the one in the data directory. Replicas that start at once take turns by themselves.',
  ],
  async run({ context, options }) {
    const { url } = configFrom({ config: options.config }, context.environment).config.database;
    const applied = url === undefined ? await migrateFile(options['data-dir']) : await migrateServer(url);
    if (options.json) context.out(JSON.stringify({ applied }, null, 2));
    else context.out(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`);
    return 0;
  },
});

async function migrateServer(url: string): Promise<string[]> {
  const { migratePostgres } = await import('../../../storage/postgres/open-database.ts');
  return migratePostgres({ url, clock: systemClock });
}

async function migrateFile(dataDir: string | undefined): Promise<string[]> {
  const { file, directory } = databaseOf(dataDir);
  const lock = lockDirectory(directory, systemClock.now());
  try {
    const before = appliedMigrations(file);
    const storage = await openSqliteStorage({ file, clock: systemClock });
    await storage.close();
    return appliedMigrations(file).filter((name) => !before.includes(name));
  } finally {
    lock.release();
  }
}

function appliedMigrations(file: string): string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare('SELECT name FROM schema_migrations')
      .all()
      .map(({ name }) => String(name));
  } catch (thrown) {
    if (/no such table/.test((thrown as Error).message)) return [];
    throw thrown;
  } finally {
    database.close();
  }
}
