import { type Kysely, sql } from 'kysely';
import type { Schema } from '../schema.ts';
import { COPIED_TABLES, type CopiedTable } from './copied-tables.ts';
import { countRows } from './copy-database.ts';

/** One table on both sides. */
export interface TableComparison {
  readonly table: string;
  readonly rows: number;
  /** What is not the same, in words; empty when all is. */
  readonly differences: readonly string[];
}

/** Counts and sums of every copied table, exactly. */
export async function compareDatabases(from: Kysely<Schema>, to: Kysely<Schema>): Promise<TableComparison[]> {
  const compared: TableComparison[] = [];
  for (const table of COPIED_TABLES) compared.push(await compareTable(table, { from, to }));
  return compared;
}

async function compareTable(
  table: CopiedTable,
  { from, to }: { from: Kysely<Schema>; to: Kysely<Schema> },
): Promise<TableComparison> {
  const [rows, copied] = [await countRows(from, table.name), await countRows(to, table.name)];
  const differences = rows === copied ? [] : [`${rows} rows here, ${copied} there`];
  for (const column of table.sums) {
    const [here, there] = [await sumOf(from, table.name, column), await sumOf(to, table.name, column)];
    if (here !== there) differences.push(`${column} adds up to ${here} here, ${there} there`);
  }
  return { table: table.name, rows, differences };
}

async function sumOf(db: Kysely<Schema>, table: string, column: string): Promise<bigint> {
  const { rows } = await sql<{ sum: number | bigint | null }>`
    select sum(${sql.ref(column)}) as "sum" from ${sql.table(table)}`.execute(db);
  return BigInt(rows[0]?.sum ?? 0);
}
