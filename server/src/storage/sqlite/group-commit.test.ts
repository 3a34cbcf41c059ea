import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { connectSqlite } from './connect.ts';
import { groupCommit } from './group-commit.ts';
import { type BatchAnswer, type SqlBatch, Statements } from './statements.ts';
import { Turns } from './worker-dialect.ts';

const put = (id: string, value: string): SqlBatch => ({
  guard: { sql: 'update counted set n = n + 1 returning n', parameters: [] },
  queries: [{ sql: 'insert into kept (id, value) values (?, ?)', parameters: [id, value] }],
});

test('what comes while the connection is busy shares one message, in its order', async () => {
  const messages: number[] = [];
  const turns = new Turns();
  const run = async (batches: readonly SqlBatch[]): Promise<BatchAnswer[]> => {
    messages.push(batches.length);
    return batches.map(({ guard }) => ({ result: { rows: [{ asked: guard.parameters[0] }], changes: 1 } }));
  };
  const commit = groupCommit({ turns, run });
  const busy = await turns.take();
  const of = (at: number): SqlBatch => ({ guard: { sql: '', parameters: [at] }, queries: [] });
  const all = Promise.all([1, 2, 3, 4, 5].map((at) => commit(of(at))));
  busy();
  expect((await all).map(({ rows }) => rows[0]?.asked)).toEqual([1, 2, 3, 4, 5]);
  await commit(of(6));
  expect(messages).toEqual([5, 1]);
});

test('one that fails leaves nothing behind, and the others are done', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'group-commit-'));
  const { db, runBatch, close } = await connectSqlite({ file: join(directory, 'weir.db'), nowMs: 0 });
  onTestFinished(async () => {
    await close();
    rmSync(directory, { recursive: true });
  });
  await sql`create table counted (n integer not null)`.execute(db);
  await sql`insert into counted values (0)`.execute(db);
  await sql`create table kept (id text primary key, value text not null)`.execute(db);
  const ids = ['a', 'b', 'a', 'c', 'd'];
  const said = await Promise.allSettled(ids.map((id, at) => runBatch(put(id, String(at)))));
  expect(said.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  const { rows } = await sql<{ id: string; value: string }>`select * from kept order by id`.execute(db);
  expect(rows.map(({ id, value }) => id + value)).toEqual(['a0', 'b1', 'c3', 'd4']);
  expect((await sql<{ n: number }>`select n from counted`.execute(db)).rows).toEqual([{ n: 4 }]);
});

test('a guard that changes nothing keeps its own writes back, and no others', () => {
  const statements = new Statements(new DatabaseSync(':memory:'));
  for (const line of [
    'create table counted (n integer)',
    'create table kept (id text, value text)',
    'insert into counted values (0)',
  ])
    statements.run({ sql: line, parameters: [] });
  const closed = {
    ...put('no', ''),
    guard: { sql: 'update counted set n = 9 where n = 7 returning n', parameters: [] },
  };
  const results = statements.runBatches([put('x', '1'), closed, put('y', '2')]);
  expect(results.map(({ changes }) => changes)).toEqual([1, 0, 1]);
  expect(statements.run({ sql: 'select id from kept', parameters: [] }).rows).toEqual([{ id: 'x' }, { id: 'y' }]);
});
