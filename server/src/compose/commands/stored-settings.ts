import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseJson } from '../../kernel/json.ts';
import { systemClock } from '../system-clock.ts';

/** Something made through the management API. */
export interface StoredSetting {
  /** `route`, `credential`, ... */
  readonly kind: string;
  readonly name: string;
  /** What the API shows of it; never a secret. */
  readonly value: unknown;
}

/** Where the API keeps what it makes. */
export interface SettingsPlace {
  readonly dataDir: string;
  /** `database.url`; absent: SQLite in the data directory. */
  readonly databaseUrl: string | undefined;
}

interface Rows {
  readonly settings: readonly { kind: string; name: string; value: string }[];
  readonly credentials: readonly { provider: string; scope: string; last4: string }[];
}

/**
 * Reads what the API made, also beside a running server; nothing when there is no database yet. Changes nothing. Throws
 * `store.unavailable` when PostgreSQL cannot be reached.
 */
export async function storedSettings({ dataDir, databaseUrl }: SettingsPlace): Promise<StoredSetting[]> {
  const { settings, credentials } =
    databaseUrl === undefined ? sqliteRows(join(dataDir, 'weir.db')) : await postgresRows(databaseUrl);
  return [
    ...settings.map(({ kind, name, value }) => ({ kind, name, value: parseJson(value) })),
    ...credentials.map(({ provider, scope, last4 }) => ({
      kind: 'credential',
      name: `${provider}.${scope}`,
      value: `****${last4}`,
    })),
  ];
}

const NOTHING: Rows = { settings: [], credentials: [] };

function sqliteRows(file: string): Rows {
  if (!existsSync(file)) return NOTHING;
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return {
      settings: rows(database, 'SELECT kind, name, value FROM settings ORDER BY kind, name'),
      credentials: rows(database, 'SELECT provider, scope, last4 FROM credentials ORDER BY provider, scope'),
    };
  } finally {
    database.close();
  }
}

/** A database of an older version lacks tables; then nothing was made in them. */
function rows<Row>(database: DatabaseSync, query: string): Row[] {
  try {
    return database.prepare(query).all() as Row[];
  } catch (thrown) {
    if (/no such (table|column)/.test((thrown as Error).message)) return [];
    throw thrown;
  }
}

const STATEMENT_MS = 5000;

async function postgresRows(url: string): Promise<Rows> {
  // Its driver is loaded only by those who use it.
  const { connectPostgres } = await import('../../storage/postgres/open-database.ts');
  const { db, close } = connectPostgres({ url, clock: systemClock, connections: 1, statementMs: STATEMENT_MS });
  try {
    const tables = new Set((await db.introspection.getTables()).map(({ name }) => name));
    return {
      settings: tables.has('settings')
        ? await db.selectFrom('settings').select(['kind', 'name', 'value']).orderBy('kind').orderBy('name').execute()
        : [],
      credentials: tables.has('credentials')
        ? await db
            .selectFrom('credentials')
            .select(['provider', 'scope', 'last4'])
            .orderBy('provider')
            .orderBy('scope')
            .execute()
        : [],
    };
  } finally {
    await close();
  }
}
