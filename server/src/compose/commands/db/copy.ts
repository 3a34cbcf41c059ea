import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { action } from '../../../cli/action.ts';
import type { CommandContext } from '../../../cli/command.ts';
import { JSON_OPTION } from '../../../cli/connection.ts';
import { progressBar } from '../../../cli/progress.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { randomHex } from '../../../kernel/ids.ts';
import { compareDatabases, type TableComparison } from '../../../storage/copy/compare-databases.ts';
import { copyDatabase } from '../../../storage/copy/copy-database.ts';
import { connectPostgres, migratePostgres } from '../../../storage/postgres/open-database.ts';
import { homeOf } from '../../../storage/spool/home.ts';
import { connectSqlite } from '../../../storage/sqlite/connect.ts';
import { lockDirectory } from '../../../storage/sqlite/directory-lock.ts';
import { openSqliteLedger } from '../../../storage/sqlite/open-ledger.ts';
import { systemClock } from '../../system-clock.ts';
import { DATA_DIR } from '../config-options.ts';
import { databaseOf } from './database-file.ts';

export const copy = action({
  summary: 'Copy everything from the data directory into an empty PostgreSQL database, and compare',
  options: {
    to: { kind: 'text', value: 'URL', about: 'postgres://user:password@host:port/database; default DATABASE_URL' },
    ...DATA_DIR,
    json: JSON_OPTION,
  },
  notes: [
    'The server must not run. What it left in its spool is stored first. An interrupted copy goes on where it was when the command is run again; the data directory is only read and stays as it is.',
    'Afterwards counts and sums of every table are compared; the exit code is 1 when one differs. Start the replicas with DATABASE_URL and with WEIR_MASTER_KEY set to the key of this data directory (the content of master.key, unless a setting gave it).',
  ],
  async run({ context, options }) {
    const url = targetOf(options.to ?? context.environment.DATABASE_URL);
    const { directory, file } = databaseOf(options['data-dir']);
    await storeSpool(directory, file);
    const lock = lockDirectory(directory, systemClock.now());
    try {
      const tables = await copyFile(context, { url, directory, file });
      const differ = tables.some(({ differences }) => differences.length > 0);
      if (options.json) context.out(JSON.stringify({ tables }, null, 2));
      else report(context, { tables, directory });
      return differ ? 1 : 0;
    } finally {
      lock.release();
    }
  },
});

function targetOf(url: string | undefined): string {
  if (url === undefined || url === '') throw new UsageError('Name the target: --to postgres://host/database.');
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError('--to takes an address that begins with postgres://.');
  }
  return url;
}

/** Calls that only the spool knows go into the file first, and what died with the last process is settled. */
async function storeSpool(dataDir: string, file: string): Promise<void> {
  const ledger = await openSqliteLedger({
    dataDir,
    file,
    durability: 'process',
    clock: systemClock,
    processEpoch: randomHex(6),
  });
  try {
    await ledger.recovered;
  } finally {
    await ledger.close();
  }
}

async function copyFile(
  context: CommandContext,
  of: { url: string; directory: string; file: string },
): Promise<TableComparison[]> {
  await migratePostgres({ url: of.url, clock: systemClock });
  const source = await connectSqlite({ file: of.file, nowMs: systemClock.now() });
  const target = connectPostgres({ url: of.url, clock: systemClock, connections: 2, statementMs: undefined });
  const bar = progressBar(context, 1, 'comparing');
  try {
    await copyDatabase({
      from: source.db,
      to: target.db,
      source: homeOf(of.directory, () => randomHex(8)),
      progress: ({ table, rows, of: total }) => bar.advance(rows / total, `${table}: ${rows} of ${total}`),
    });
    bar.advance(1, 'comparing');
    return await compareDatabases(source.db, target.db);
  } finally {
    bar.end();
    await target.close();
    await source.close();
  }
}

function report(context: CommandContext, of: { tables: readonly TableComparison[]; directory: string }): void {
  for (const { table, rows, differences } of of.tables) {
    const verdict = differences.length === 0 ? 'the same' : differences.join('; ');
    context.out(`${table.padEnd(18)} ${String(rows).padStart(9)} rows  ${verdict}`);
  }
  const keyFile = join(of.directory, 'master.key');
  const key = existsSync(keyFile) ? `the content of ${keyFile}` : 'the one that this data directory was used with';
  context.out(`\nNow set DATABASE_URL, and WEIR_MASTER_KEY to ${key}, on every replica.`);
}
