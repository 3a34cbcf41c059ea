import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { WeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { migrate } from '../migrations/migrate.ts';
import type { Schema } from '../schema.ts';
import { LOCKS } from './locks.ts';
import { GuardedPool } from './pool.ts';

export interface PostgresDatabaseOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  readonly clock: Clock;
  /** Connections at most; default 10. */
  readonly connections?: number;
}

export interface PostgresDatabase {
  readonly db: Kysely<Schema>;
  close(): Promise<void>;
}

const CONNECTIONS = 10;
/** Longer than any read of ours takes on a healthy database, short enough for who waits for a 503. */
const STATEMENT_MS = 5000;

/** A migrated database. Throws `store.unavailable` when it cannot be reached. */
export async function openPostgresDatabase(options: PostgresDatabaseOptions): Promise<PostgresDatabase> {
  await migratePostgres(options);
  return connectPostgres({ ...options, statementMs: STATEMENT_MS });
}

/** Connections without a look at the database; `statementMs` bounds each statement. */
export function connectPostgres(
  options: PostgresDatabaseOptions & { statementMs: number | undefined },
): PostgresDatabase {
  const { url, clock, connections = CONNECTIONS, statementMs } = options;
  const pool = new GuardedPool({ url, connections, statementMs, monotonic: () => clock.monotonic() });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return { db, close: () => pool.end() };
}

/** Applies what is missing, on a connection whose statements may take as long as they need; gives the names. */
export async function migratePostgres(options: PostgresDatabaseOptions): Promise<string[]> {
  const database = connectPostgres({ ...options, connections: 1, statementMs: undefined });
  try {
    return await migrate(database.db, { nowMs: options.clock.now(), lock: lockMigrations });
  } catch (error) {
    throw error instanceof WeirError && error.code === 'store.unavailable' ? unreachable(options.url, error) : error;
  } finally {
    await database.close();
  }
}

/** Replicas that start at once apply each migration once. */
async function lockMigrations(transaction: Transaction<Schema>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCKS.migrations})`.execute(transaction);
}

function unreachable(url: string, error: WeirError): WeirError {
  const { host, pathname } = new URL(url);
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown }).code;
  const reason = typeof code === 'string' ? code : cause.message;
  return new WeirError('store.unavailable', {
    message: `The PostgreSQL database of DATABASE_URL (${host}${pathname}) cannot be used: ${reason}. ${error.message}`,
    cause,
  });
}
