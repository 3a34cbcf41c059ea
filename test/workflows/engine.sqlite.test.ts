import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStorage } from '../../server/src/storage/sqlite/open-storage.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { engineContract } from './engine.contract.ts';

engineContract('SQLite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'engine-'));
  const storage = await openSqliteStorage({ file: join(directory, 'weir.db'), clock: systemClock });
  return { storage, remove: async () => rmSync(directory, { recursive: true }) };
});
