import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The name of a data directory, drawn once: by it a process takes up what an earlier one left in the database. */
export function homeOf(dataDir: string, draw: () => string): string {
  const file = join(dataDir, 'home.id');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const drawn = draw();
  writeFileSync(file, `${drawn}\n`, { mode: 0o600 });
  return drawn;
}
