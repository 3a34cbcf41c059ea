import { join } from 'node:path';
import type { UsageRecord } from '../../../server/src/kernel/usage-record.ts';
import { openSqliteLedger } from '../../../server/src/storage/sqlite/open-ledger.ts';
import type { Scene } from '../../chaos/support/scene.ts';
import { systemClock } from '../../contracts/system-clock.ts';

/** Stops the server, writes these records to its ledger as if they had been, and starts it again. */
export async function plantHistory(scene: Scene, records: readonly UsageRecord[]): Promise<void> {
  const { dataDir } = scene.weir;
  await scene.weir.stop();
  const ledger = await openSqliteLedger({
    dataDir,
    file: join(dataDir, 'weir.db'),
    durability: 'process',
    clock: systemClock,
    processEpoch: 'history',
  });
  await Promise.all(records.map((record) => ledger.settle(record)));
  await ledger.close();
  await scene.restart();
}
