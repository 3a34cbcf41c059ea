import { chmodSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { action } from '../../cli/action.ts';
import type { ActionGroup } from '../../cli/command.ts';
import { JSON_OPTION } from '../../cli/connection.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { lockDirectory } from '../../storage/sqlite/directory-lock.ts';
import { openSqliteStorage } from '../../storage/sqlite/open-storage.ts';
import { systemClock } from '../system-clock.ts';
import { DATA_DIR, DEFAULT_DATA_DIR } from './config-options.ts';

const migrate = action({
  summary: 'Bring the database up to date; "weir serve" does the same at its start',
  options: { ...DATA_DIR, json: JSON_OPTION },
  async run({ context, options }) {
    const { file, directory } = databaseOf(options['data-dir']);
    const lock = lockDirectory(directory, systemClock.now());
    try {
      const before = appliedMigrations(file);
      const storage = await openSqliteStorage({ file, clock: systemClock });
      await storage.close();
      const applied = appliedMigrations(file).filter((name) => !before.includes(name));
      if (options.json) context.out(JSON.stringify({ applied }, null, 2));
      else context.out(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`);
      return 0;
    } finally {
      lock.release();
    }
  },
});

const backup = action({
  summary: 'Write a copy of the database to a file, also while the server runs',
  operands: 'FILE',
  options: { ...DATA_DIR, json: JSON_OPTION },
  notes: [
    'The copy is one consistent moment. It holds neither the master key (master.key, or WEIR_MASTER_KEY), which the stored credentials need, nor calls of the last moments that only the spool of a running server has.',
  ],
  async run({ context, options, operands }) {
    const [target] = operands;
    if (target === undefined || operands.length > 1)
      throw new UsageError('Name one file: weir db backup weir-backup.db.');
    if (existsSync(target))
      throw new UsageError(`${target} exists already. Choose another name; nothing is overwritten.`);
    const { file } = databaseOf(options['data-dir']);
    context.status(`copying ${file} (${statSync(file).size.toLocaleString('en-US')} bytes)`);
    copyDatabase(file, target);
    context.status('');
    const { size } = statSync(target);
    if (options.json) context.out(JSON.stringify({ file: target, bytes: size }, null, 2));
    else context.out(`Wrote ${target} (${size.toLocaleString('en-US')} bytes).`);
    return 0;
  },
});

export const db: ActionGroup = { actions: { migrate, backup } };

/** Appears whole or not at all, and only its owner can read it. */
function copyDatabase(from: string, to: string): void {
  const draft = `${to}.part`;
  rmSync(draft, { force: true });
  const database = new DatabaseSync(from, { readOnly: true, timeout: 5000 });
  try {
    database.prepare('VACUUM INTO ?').run(draft);
    chmodSync(draft, 0o600);
    renameSync(draft, to);
  } finally {
    database.close();
    rmSync(draft, { force: true });
  }
}

function databaseOf(dataDir: string | undefined): { directory: string; file: string } {
  const directory = dataDir ?? DEFAULT_DATA_DIR;
  const file = join(directory, 'weir.db');
  if (existsSync(file)) return { directory, file };
  throw new UsageError(`There is no ${file}. Name the data directory with --data-dir; "weir serve" makes one.`);
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
