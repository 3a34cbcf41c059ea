import { join } from 'node:path';
import { onlyReplica as rollOfOne } from '../../ports/replica-roll.ts';
import { onlyReplica } from '../../ports/replicas.ts';
import { openSqliteLedger } from '../../storage/sqlite/open-ledger.ts';
import { openSqliteStorage } from '../../storage/sqlite/open-storage.ts';
import { closeAll, type DatabaseOptions, type Databases } from './databases.ts';

/** Each opens a thread, so both at once take the time of one; when one fails the other must not keep the process alive. */
export async function openEmbedded({ config, clock, dataDir, processEpoch }: DatabaseOptions): Promise<Databases> {
  const file = join(dataDir, 'weir.db');
  const { durability } = config.usage;
  const outbox = config.clickhouse.url !== undefined;
  const maximumSpoolBytes = config.database.spool_max_bytes;
  const [storage, ledger] = await Promise.allSettled([
    openSqliteStorage({ file, clock }),
    openSqliteLedger({ dataDir, file, durability, clock, processEpoch, maximumSpoolBytes, outbox }),
  ]);
  if (storage.status === 'rejected' || ledger.status === 'rejected') {
    await closeAll([storage, ledger].filter((result) => result.status === 'fulfilled').map((result) => result.value));
    throw ledger.status === 'rejected' ? ledger.reason : (storage as PromiseRejectedResult).reason;
  }
  return {
    storage: storage.value,
    ledger: ledger.value,
    replicas: onlyReplica,
    roll: rollOfOne(processEpoch),
    changes: { on: () => {}, ageMs: () => 0 },
    home: '',
    isShared: false,
    async close() {
      await ledger.value.close();
      await storage.value.close();
    },
  };
}
