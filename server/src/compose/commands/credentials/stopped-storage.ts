import { UsageError } from '../../../cli/usage-error.ts';
import type { Storage } from '../../../ports/storage.ts';
import { lockDirectory } from '../../../storage/sqlite/directory-lock.ts';
import { openSqliteStorage } from '../../../storage/sqlite/open-storage.ts';
import { systemClock } from '../../system-clock.ts';
import { databaseOf } from '../db/database-file.ts';

export interface StoppedStorage {
  readonly storage: Storage;
  close(): Promise<void>;
}

/** The storage of a server that does not run. Throws a UsageError while one does. */
export function openStoppedStorage(of: { url: string | undefined; dataDir: string }): Promise<StoppedStorage> {
  return of.url === undefined ? onDataDirectory(of.dataDir) : onServer(of.url);
}

async function onDataDirectory(dataDir: string): Promise<StoppedStorage> {
  const { directory, file } = databaseOf(dataDir);
  const lock = lockDirectory(directory, systemClock.now());
  try {
    const storage = await openSqliteStorage({ file, clock: systemClock });
    return {
      storage,
      async close() {
        await storage.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function onServer(url: string): Promise<StoppedStorage> {
  const { openPostgresDatabase } = await import('../../../storage/postgres/open-database.ts');
  const { postgresStorage } = await import('../../../storage/postgres/open-storage.ts');
  const { countLive } = await import('../../../storage/postgres/replicas.ts');
  const database = await openPostgresDatabase({ url, clock: systemClock });
  const live = await countLive(database.db);
  if (live > 0) {
    await database.close();
    throw new UsageError(
      `${live} of the replicas on this database run, or were killed within the last ten seconds. Stop them first.`,
    );
  }
  return { storage: postgresStorage(database), close: () => database.close() };
}
