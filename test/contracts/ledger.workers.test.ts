import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomHex } from '../../server/src/kernel/ids.ts';
import { openSqliteLedger } from '../../server/src/storage/sqlite/open-ledger.ts';
import { remoteLedger, serveLedger } from '../../server/src/workers/ledger.ts';
import { linked } from '../support/linked.ts';
import { ledgerContract } from './ledger.contract.ts';
import { systemClock } from './system-clock.ts';

ledgerContract('ledger of another thread', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ledger-'));
  const file = join(dataDir, 'weir.db');
  return {
    async open() {
      const own = await openSqliteLedger({
        dataDir,
        file,
        durability: 'process',
        clock: systemClock,
        processEpoch: randomHex(4),
      });
      const { link, close } = linked({ ledger: serveLedger(own).ledger });
      return {
        ...own,
        ...remoteLedger(link),
        state: () => own.state(),
        async close() {
          await own.close();
          close();
        },
      };
    },
    remove: async () => rmSync(dataDir, { recursive: true }),
  };
});
