import { type Kysely, PostgresAdapter } from 'kysely';

/** For the few things that the databases say differently. */
export function isPostgres(db: Pick<Kysely<unknown>, 'getExecutor'>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
