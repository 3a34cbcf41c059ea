import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { UsageRecord } from '../../server/src/kernel/usage-record.ts';
import type { Ledger } from '../../server/src/ports/ledger.ts';
import { openSqliteLedger } from '../../server/src/storage/sqlite/open-ledger.ts';
import { openSqliteStorage } from '../../server/src/storage/sqlite/open-storage.ts';
import { systemClock } from '../contracts/system-clock.ts';

/** A real ledger with these records, which lives as long as the running test. */
export async function temporaryLedger(records: readonly UsageRecord[]): Promise<Ledger> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ledger-'));
  const file = join(dataDir, 'weir.db');
  await (await openSqliteStorage({ file, clock: systemClock })).close();
  const ledger = await openSqliteLedger({
    dataDir,
    file,
    durability: 'database',
    clock: systemClock,
    processEpoch: 'test',
  });
  onTestFinished(async () => {
    await ledger.close();
    rmSync(dataDir, { recursive: true });
  });
  await Promise.all(records.map((record) => ledger.settle(record)));
  return ledger;
}
