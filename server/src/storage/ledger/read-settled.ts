import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/** Databases take only so many values in one statement. */
const AT_ONCE = 500;

/** Which of the calls have their record. */
export async function readSettled(db: Kysely<Schema>, requestIds: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (let at = 0; at < requestIds.length; at += AT_ONCE) {
    const some = requestIds.slice(at, at + AT_ONCE);
    const rows = await db.selectFrom('usage_records').select('request_id').where('request_id', 'in', some).execute();
    for (const { request_id } of rows) found.push(request_id);
  }
  return found;
}
