import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseJson } from '../../kernel/json.ts';

/** Something made through the management API. */
export interface StoredSetting {
  /** `route`, `credential`, ... */
  readonly kind: string;
  readonly name: string;
  /** What the API shows of it; never a secret. */
  readonly value: unknown;
}

/** Reads what the API made, also beside a running server; nothing when the data directory has no database yet. */
export function storedSettings(dataDir: string): StoredSetting[] {
  const file = join(dataDir, 'weir.db');
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const settings = rows(database, 'SELECT kind, name, value FROM settings ORDER BY kind, name');
    const credentials = rows(database, 'SELECT provider, scope, last4 FROM credentials ORDER BY provider, scope');
    return [
      ...settings.map(({ kind, name, value }) => ({
        kind: String(kind),
        name: String(name),
        value: parseJson(String(value)),
      })),
      ...credentials.map(({ provider, scope, last4 }) => ({
        kind: 'credential',
        name: `${provider}.${scope}`,
        value: `****${last4}`,
      })),
    ];
  } finally {
    database.close();
  }
}

/** A database of an older version lacks tables; then nothing was made in them. */
function rows(database: DatabaseSync, query: string): Record<string, unknown>[] {
  try {
    return database.prepare(query).all();
  } catch (thrown) {
    if (/no such (table|column)/.test((thrown as Error).message)) return [];
    throw thrown;
  }
}
