import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Failure } from '../threads/failure.ts';

export interface SqlQuery {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Writes that belong together. When the guard changes nothing, nothing else is run. */
export interface SqlBatch {
  readonly guard: SqlQuery;
  readonly queries: readonly SqlQuery[];
}

export interface SqlResult {
  /** Integers come as numbers, and as bigints where a number would lose digits. */
  readonly rows: Record<string, unknown>[];
  /** Rows written. */
  readonly changes: number;
}

/** What became of a batch. */
export interface BatchAnswer {
  readonly result?: SqlResult | undefined;
  readonly failure?: Failure;
}

const MAXIMUM_PREPARED = 200;

/** Runs queries on one connection; statements stay prepared, the oldest go first. */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  run({ sql, parameters }: SqlQuery): SqlResult {
    // Some failures have rolled back already; what they said counts, not that there is nothing left to roll back.
    if (sql === 'ROLLBACK' && !this.#database.isTransaction) return { rows: [], changes: 0 };
    const statement = this.#prepare(sql);
    const values = parameters.map(toInput);
    if (statement.columns().length === 0) return { rows: [], changes: Number(statement.run(...values).changes) };
    const rows = statement.all(...values).map((row) => ({ ...row }));
    for (const row of rows) narrowIntegers(row);
    return { rows, changes: rows.length };
  }

  /** All in one transaction, each behind its guard; gives what the guards gave. */
  runBatches(batches: readonly SqlBatch[]): SqlResult[] {
    this.#prepare('BEGIN IMMEDIATE').run();
    try {
      const results = batches.map(({ guard, queries }) => {
        const result = this.run(guard);
        if (result.changes > 0) for (const query of queries) this.#write(query);
        return result;
      });
      this.#prepare('COMMIT').run();
      return results;
    } catch (error) {
      // Some failures have rolled back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #write({ sql, parameters }: SqlQuery): void {
    this.#prepare(sql).run(...(parameters as SQLInputValue[]));
  }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known) return known;
    if (this.#prepared.size >= MAXIMUM_PREPARED) {
      const [oldest] = this.#prepared.keys();
      if (oldest !== undefined) this.#prepared.delete(oldest);
    }
    const statement = this.#database.prepare(sql);
    statement.setReadBigInts(true);
    this.#prepared.set(sql, statement);
    return statement;
  }
}

function toInput(value: unknown): SQLInputValue {
  return typeof value === 'boolean' ? Number(value) : (value as SQLInputValue);
}

function narrowIntegers(row: Record<string, unknown>): void {
  for (const column in row) {
    const value = row[column];
    if (typeof value !== 'bigint') continue;
    const number = Number(value);
    if (Number.isSafeInteger(number)) row[column] = number;
  }
}
