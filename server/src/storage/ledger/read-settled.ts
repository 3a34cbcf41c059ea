import type { Kysely } from 'kysely';
import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { Schema } from '../schema.ts';
import { readRecord } from './read-record.ts';

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

/** The records of the calls. */
export async function readCalls(db: Kysely<Schema>, requestIds: readonly string[]): Promise<UsageRecord[]> {
  const found: UsageRecord[] = [];
  for (let at = 0; at < requestIds.length; at += AT_ONCE) {
    const some = requestIds.slice(at, at + AT_ONCE);
    const rows = await db.selectFrom('usage_records').select('record').where('request_id', 'in', some).execute();
    for (const { record } of rows) found.push(readRecord(record));
  }
  return found;
}
