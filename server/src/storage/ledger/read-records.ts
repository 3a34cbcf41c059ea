import { type Kysely, sql } from 'kysely';
import { invalidRequest } from '../../kernel/errors.ts';
import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { Page, RecordQuery } from '../../ports/ledger.ts';
import type { Schema } from '../schema.ts';
import { readRecord } from './read-record.ts';

/** One page, newest first; calls of the same millisecond by request id. */
export async function readRecords(db: Kysely<Schema>, query: RecordQuery): Promise<Page<UsageRecord>> {
  const { projectId, userId, keyId, runId, requestId, model, succeeded, found: isFound, fromMs, toMs, limit } = query;
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  let rows = db.selectFrom('usage_records').select(['timestamp', 'request_id', 'record']);
  if (projectId !== undefined) rows = rows.where('project_id', '=', projectId);
  if (userId !== undefined) rows = rows.where('user_id', '=', userId);
  if (keyId !== undefined) rows = rows.where('key_id', '=', keyId);
  if (requestId !== undefined) rows = rows.where('request_id', '=', requestId);
  if (model !== undefined) rows = rows.where('model', '=', model);
  if (succeeded !== undefined) rows = rows.where('succeeded', '=', succeeded ? 1 : 0);
  // Said twice: only so does SQLite see that the index of runs will do.
  if (runId !== undefined) rows = rows.where('run_id', '=', runId).where('run_id', '<>', sql.lit(''));
  // Quotes inside of texts are escaped, so that only the record's own field reads like this.
  if (isFound === true) rows = rows.where('record', 'like', '%"findings":[{%');
  if (fromMs !== undefined) rows = rows.where('timestamp', '>=', fromMs);
  if (toMs !== undefined) rows = rows.where('timestamp', '<', toMs);
  if (cursor) {
    rows = rows.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('timestamp', 'request_id'), '<', tuple(cursor.timestamp, cursor.requestId)),
    );
  }
  const found = await rows
    .orderBy('timestamp', 'desc')
    .orderBy('request_id', 'desc')
    .limit(limit + 1)
    .execute();
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    data: page.map(({ record }) => readRecord(record)),
    nextCursor: found.length > limit && last ? encodeCursor(last.timestamp, last.request_id) : null,
  };
}

function encodeCursor(timestamp: number, requestId: string): string {
  return Buffer.from(`${timestamp} ${requestId}`).toString('base64url');
}

function decodeCursor(cursor: string): { timestamp: number; requestId: string } {
  const [, timestamp, requestId] = /^(\d{1,15}) (.+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (timestamp === undefined || requestId === undefined) {
    throw invalidRequest('cursor', 'is not one that Weir gave; leave it out to start at the newest record.');
  }
  return { timestamp: Number(timestamp), requestId };
}
