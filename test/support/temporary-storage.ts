import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../server/src/ports/clock.ts';
import type { Storage } from '../../server/src/ports/storage.ts';
import { openSqliteStorage } from '../../server/src/storage/sqlite/open-storage.ts';

/** A real, empty database that lives as long as the running test. */
export async function temporaryStorage(clock: Clock): Promise<{ storage: Storage; directory: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'storage-'));
  const storage = await openSqliteStorage({ file: join(directory, 'weir.db'), clock });
  onTestFinished(async () => {
    await storage.close();
    rmSync(directory, { recursive: true });
  });
  return { storage, directory };
}
