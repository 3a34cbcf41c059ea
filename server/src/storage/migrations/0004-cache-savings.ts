import type { Kysely } from 'kysely';

/** What calls would have cost without the reply cache, beside what they did cost. */
export async function cacheSavings(db: Kysely<unknown>): Promise<void> {
  for (const table of ['usage_records', 'usage_hourly', 'usage_daily']) {
    await db.schema
      .alterTable(table)
      .addColumn('saved_nano', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
  }
}
