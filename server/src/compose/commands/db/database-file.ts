import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../../cli/usage-error.ts';
import { DEFAULT_DATA_DIR } from '../config-options.ts';

/** The embedded database of a data directory. Throws a UsageError when there is none. */
export function databaseOf(dataDir: string | undefined): { directory: string; file: string } {
  const directory = dataDir ?? DEFAULT_DATA_DIR;
  const file = join(directory, 'weir.db');
  if (existsSync(file)) return { directory, file };
  throw new UsageError(`There is no ${file}. Name the data directory with --data-dir; "weir serve" makes one.`);
}
