import { type Kysely, sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { LOCKS } from './locks.ts';

/** What LISTEN waits on. */
export const CHANNEL = 'weir_changes';

/**
 * Runs a write and notes in the same transaction what it changed, so that no replica can miss a change that was made. The
 * lock makes the order of the numbers the order of the commits: who has read up to a number has everything below it.
 */
export function announced<T>(
  db: Kysely<Schema>,
  change: { readonly kind: string; readonly name: string },
  write: (transaction: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    const result = await write(transaction);
    await sql`select pg_advisory_xact_lock(${LOCKS.changes})`.execute(transaction);
    await sql`insert into changes (kind, name, at) values (${change.kind}, ${change.name}, ${NOW_MS})`.execute(
      transaction,
    );
    await sql`select pg_notify(${CHANNEL}, ${change.kind})`.execute(transaction);
    return result;
  });
}

/** The database's clock, epoch ms: replicas need not agree on the time. */
export const NOW_MS = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
