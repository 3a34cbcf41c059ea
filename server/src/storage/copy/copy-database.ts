import { type Kysely, sql, type Transaction } from 'kysely';
import { WeirError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/json.ts';
import type { Schema } from '../schema.ts';
import { COPIED_TABLES, COPY_NOTES, type CopiedTable } from './copied-tables.ts';

export interface CopyOptions {
  /** Nobody writes to it meanwhile. */
  readonly from: Kysely<Schema>;
  /** Migrated; empty, or with an unfinished copy from the same source. */
  readonly to: Kysely<Schema>;
  /** Names the source: another one's unfinished copy is not gone on with. */
  readonly source: string;
  readonly progress?: (done: { readonly table: string; readonly rows: number; readonly of: number }) => void;
}

type Row = Readonly<Record<string, unknown>>;
type Tables = Kysely<Record<string, Record<string, unknown>>>;

const BATCH = 500;
const SOURCE = `${COPY_NOTES}source`;

/**
 * Copies every table, a batch per transaction together with the note how far it is: killed at any time it goes on where it
 * was, and run again it changes nothing.
 */
export async function copyDatabase(options: CopyOptions): Promise<void> {
  await claimTarget(options);
  for (const table of COPIED_TABLES) await copyTable(table, options);
}

async function copyTable(table: CopiedTable, { from, to, progress }: CopyOptions): Promise<void> {
  const of = await countRows(from, table.name);
  let rows = await countRows(to, table.name);
  let after = await readNote(to, table.name);
  for (;;) {
    const batch = await nextRows(from, table, after);
    const last = batch.at(-1);
    if (last === undefined) return;
    const position = table.key.map((column) => last[column]);
    await to.transaction().execute(async (transaction) => {
      await insert(transaction, table, batch);
      await writeNote(transaction, table.name, JSON.stringify(position));
    });
    after = position;
    rows += batch.length;
    progress?.({ table: table.name, rows: Math.min(rows, of), of });
  }
}

async function nextRows(db: Kysely<Schema>, table: CopiedTable, after: readonly unknown[] | undefined): Promise<Row[]> {
  const key = sql.join(table.key.map((column) => sql.ref(column)));
  const position = after === undefined ? sql`1 = 1` : sql`(${key}) > (${sql.join([...after])})`;
  const { rows } = await sql<Row>`
    select * from ${sql.table(table.name)} where ${position} order by ${key} limit ${BATCH}`.execute(db);
  return rows;
}

async function insert(transaction: Transaction<Schema>, table: CopiedTable, rows: readonly Row[]): Promise<void> {
  await (transaction as unknown as Tables)
    .insertInto(table.name)
    .values(rows.map(storable))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** PostgreSQL has no U+0000 in text; SQLite has. */
function storable(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u{FFFD}') : value,
    ]),
  );
}

/** A database that somebody uses already would be mixed with this one. */
async function claimTarget({ to, source }: CopyOptions): Promise<void> {
  const before = await readValue(to, SOURCE);
  if (before === source) return;
  if (before !== undefined) throw refuse('holds the copy of another data directory');
  for (const table of COPIED_TABLES) {
    if ((await countRows(to, table.name)) > 0) throw refuse(`is in use: its table ${table.name} has rows`);
  }
  await to.insertInto('named_values').values({ name: SOURCE, value: source }).execute();
}

function refuse(reason: string): WeirError {
  return new WeirError('config.invalid', {
    message: `The target database ${reason}. Copy into an empty database; nothing was changed.`,
  });
}

export async function countRows(db: Kysely<Schema>, table: string): Promise<number> {
  const notes = table === 'named_values' ? sql`name not like ${`${COPY_NOTES}%`}` : sql`1 = 1`;
  const { rows } = await sql<{ rows: number }>`
    select count(*) as "rows" from ${sql.table(table)} where ${notes}`.execute(db);
  return Number(rows[0]?.rows);
}

async function readNote(db: Kysely<Schema>, table: string): Promise<unknown[] | undefined> {
  const note = await readValue(db, COPY_NOTES + table);
  const position = note === undefined ? undefined : parseJson(note);
  return Array.isArray(position) ? position : undefined;
}

async function readValue(db: Kysely<Schema>, name: string): Promise<string | undefined> {
  const row = await db.selectFrom('named_values').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value;
}

async function writeNote(db: Transaction<Schema>, table: string, value: string): Promise<void> {
  await db
    .insertInto('named_values')
    .values({ name: COPY_NOTES + table, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
