import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStorage } from '../../server/src/storage/sqlite/open-storage.ts';
import { remoteStorage, serveStorage } from '../../server/src/workers/storage.ts';
import { linked } from '../support/linked.ts';
import { storageContract } from './storage.contract.ts';
import { systemClock } from './system-clock.ts';

storageContract('storage of another thread', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'storage-'));
  return {
    async open() {
      const storage = await openSqliteStorage({ file: join(directory, 'weir.db'), clock: systemClock });
      const { link, close } = linked(serveStorage(storage));
      return {
        ...remoteStorage(link),
        async close() {
          close();
          await storage.close();
        },
      };
    },
    remove: async () => rmSync(directory, { recursive: true }),
  };
});
