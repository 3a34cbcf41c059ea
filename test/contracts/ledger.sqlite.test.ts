import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomHex } from '../../server/src/kernel/ids.ts';
import { openSqliteLedger } from '../../server/src/storage/sqlite/open-ledger.ts';
import { ledgerContract } from './ledger.contract.ts';
import { systemClock } from './system-clock.ts';

for (const durability of ['process', 'fsync', 'database'] as const) {
  ledgerContract(`SQLite, durability ${durability}`, async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'ledger-'));
    const file = join(dataDir, 'weir.db');
    return {
      open: () => openSqliteLedger({ dataDir, file, durability, clock: systemClock, processEpoch: randomHex(4) }),
      remove: async () => rmSync(dataDir, { recursive: true }),
    };
  });
}
