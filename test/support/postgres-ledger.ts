import { randomHex } from '../../server/src/kernel/ids.ts';
import type { SpooledLedger } from '../../server/src/storage/ledger.ts';
import { openPostgresDatabase } from '../../server/src/storage/postgres/open-database.ts';
import { openPostgresLedger, type PostgresLedgerOptions } from '../../server/src/storage/postgres/open-ledger.ts';
import { PostgresReplicas } from '../../server/src/storage/postgres/replicas.ts';
import { homeOf } from '../../server/src/storage/spool/home.ts';
import { lockDirectory } from '../../server/src/storage/sqlite/directory-lock.ts';

type Chosen = Pick<PostgresLedgerOptions, 'url' | 'dataDir' | 'durability' | 'clock'> & Partial<PostgresLedgerOptions>;

/** One replica's ledger with everything below it, which closes with it. */
export async function openReplicaLedger(options: Chosen): Promise<SpooledLedger> {
  const { url, dataDir, clock } = options;
  const processEpoch = options.processEpoch ?? randomHex(4);
  const home = homeOf(dataDir, () => randomHex(8));
  const database = await openPostgresDatabase({ url, clock, connections: 3 });
  const replicas = await PostgresReplicas.join({ db: database.db, clock, epoch: processEpoch, home });
  const lock = () => lockDirectory(dataDir, clock.now());
  const ledger = await openPostgresLedger({ lock, ...options, processEpoch, home, database });
  let closing: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    try {
      await ledger.close();
      await replicas.leave();
    } finally {
      await database.close();
    }
  }
  return {
    ...ledger,
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
