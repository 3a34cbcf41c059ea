import { mkdirSync } from 'node:fs';
import { randomHex } from '../../kernel/ids.ts';
import { PostgresChanges } from '../../storage/postgres/changes.ts';
import { openPostgresDatabase } from '../../storage/postgres/open-database.ts';
import { openPostgresLedger } from '../../storage/postgres/open-ledger.ts';
import { postgresStorage } from '../../storage/postgres/open-storage.ts';
import { PostgresReplicas } from '../../storage/postgres/replicas.ts';
import { homeOf } from '../../storage/spool/home.ts';
import { lockDirectory } from '../../storage/sqlite/directory-lock.ts';
import { closeAll, type DatabaseOptions, type Databases } from './databases.ts';

/** PostgreSQL for what all replicas share; the data directory keeps only the spool of this one. */
export async function openReplicated(options: DatabaseOptions & { readonly url: string }): Promise<Databases> {
  const { config, clock, dataDir, processEpoch, url } = options;
  mkdirSync(dataDir, { recursive: true });
  const database = await openPostgresDatabase({ url, clock, connections: config.database.connections });
  const opened: { close(): Promise<void> }[] = [database];
  const { db } = database;
  try {
    const home = homeOf(dataDir, () => randomHex(8));
    const replicas = await PostgresReplicas.join({ db, clock, epoch: processEpoch, home });
    opened.unshift({ close: () => replicas.leave() });
    const ledger = await openPostgresLedger({
      database,
      url,
      dataDir,
      home,
      clock,
      processEpoch,
      lock: () => lockDirectory(dataDir, clock.now()),
      durability: config.usage.durability,
      outbox: config.clickhouse.url !== undefined,
      maximumSpoolBytes: config.database.spool_max_bytes,
    });
    opened.unshift(ledger);
    const changes = await PostgresChanges.open({ db, url, clock });
    return {
      storage: postgresStorage(database),
      ledger,
      replicas,
      roll: replicas,
      changes,
      home,
      isShared: true,
      async close() {
        await changes.close();
        // A database that is away must not keep the process from ending; what is spooled is shipped by the next one.
        await closeAll(opened);
      },
    };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}
