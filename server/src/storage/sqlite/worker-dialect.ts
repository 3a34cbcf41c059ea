import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { SqlQuery, SqlResult } from './statements.ts';

/** Runs one query on the thread that holds the connection. */
export type RunSql = (query: SqlQuery) => Promise<SqlResult>;

/** One connection for everybody: who has his turn runs alone, so a transaction never mixes with other queries. */
export class Turns {
  #free: Promise<void> = Promise.resolve();

  /** Resolves when it is one's turn; what it gives ends it. */
  async take(): Promise<() => void> {
    const before = this.#free;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#free = promise;
    await before;
    return resolve;
  }
}

/** A Kysely dialect whose connection lives in a worker thread; closing that thread is its owner's business. */
export function workerDialect(run: RunSql, turns = new Turns()): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new WorkerDriver(run, turns),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class WorkerDriver implements Driver {
  readonly #run: RunSql;
  readonly #turns: Turns;
  readonly #releases = new WeakMap<DatabaseConnection, () => void>();

  constructor(run: RunSql, turns: Turns) {
    this.#run = run;
    this.#turns = turns;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const release = await this.#turns.take();
    const connection = new WorkerConnection(this.#run);
    this.#releases.set(connection, release);
    return connection;
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#releases.get(connection)?.();
  }

  async beginTransaction(): Promise<void> {
    // A deferred transaction that turns into a writer fails at once when another process writes; this one waits.
    await this.#run({ sql: 'BEGIN IMMEDIATE', parameters: [] });
  }

  async commitTransaction(): Promise<void> {
    await this.#run({ sql: 'COMMIT', parameters: [] });
  }

  async rollbackTransaction(): Promise<void> {
    await this.#run({ sql: 'ROLLBACK', parameters: [] });
  }

  async destroy(): Promise<void> {}
}

class WorkerConnection implements DatabaseConnection {
  readonly #run: RunSql;

  constructor(run: RunSql) {
    this.#run = run;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changes } = await this.#run({ sql, parameters });
    return { rows: rows as Row[], numAffectedRows: BigInt(changes) };
  }

  // biome-ignore lint/correctness/useYield: the interface asks for it; nothing in Weir streams rows.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Rows cannot be streamed from a worker thread; page with a key instead.');
  }
}
