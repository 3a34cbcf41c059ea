import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { DatabaseBreaker } from './database-breaker.ts';
import { isLost, toStoreError } from './postgres-error.ts';

export interface PoolOptions {
  /** postgres://user:password@host:port/database; TLS by `sslmode`. */
  readonly url: string;
  readonly connections: number;
  readonly monotonic: () => number;
  /** Longest wait for one statement; undefined for none. */
  readonly statementMs: number | undefined;
}

const CONNECT_MS = 3000;
const IDLE_MS = 30_000;

/** Connections behind a breaker; everything they throw is a WeirError. */
export class GuardedPool implements PostgresPool {
  readonly options = {};
  readonly #pool: pg.Pool;
  readonly #breaker: DatabaseBreaker;
  #ending: Promise<void> | undefined;

  constructor({ url, connections, monotonic, statementMs }: PoolOptions) {
    this.#breaker = new DatabaseBreaker(monotonic);
    this.#pool = new pg.Pool({
      ...connectionSettings(url),
      max: connections,
      idleTimeoutMillis: IDLE_MS,
      ...(statementMs === undefined ? {} : { query_timeout: statementMs }),
    });
    surviveLoss(this.#pool);
  }

  async connect(): Promise<PostgresPoolClient> {
    this.#breaker.admit();
    try {
      return new GuardedClient(await this.#pool.connect(), this.#breaker);
    } catch (error) {
      this.#breaker.failed();
      throw toStoreError(error);
    }
  }

  /** A second call waits for the first. */
  end(): Promise<void> {
    this.#ending ??= this.#pool.end();
    return this.#ending;
  }
}

class GuardedClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #breaker: DatabaseBreaker;
  #isLost = false;

  constructor(client: pg.PoolClient, breaker: DatabaseBreaker) {
    this.#client = client;
    this.#breaker = breaker;
  }

  // Kysely's second form, with a cursor, is for streams, which nothing in Weir asks for.
  readonly query = ((sql: string, parameters: readonly unknown[] = []) =>
    this.#run(sql, parameters)) as PostgresPoolClient['query'];

  release(destroy = false): void {
    this.#client.release(destroy || this.#isLost);
  }

  async #run(sql: string, parameters: readonly unknown[]): Promise<unknown> {
    try {
      const result = await this.#client.query(sql, [...parameters]);
      this.#breaker.succeeded();
      return result;
    } catch (error) {
      this.#isLost ||= isLost(error);
      if (isLost(error)) this.#breaker.failed();
      else this.#breaker.succeeded();
      throw toStoreError(error);
    }
  }
}

/**
 * A connection may end at any time: while it is idle the pool drops it, between two statements of a transaction the next
 * statement says so. Unheard, the event would end the process.
 */
export function surviveLoss(pool: pg.Pool): void {
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
}

/** What a connection is made with, wherever it is made. */
export function connectionSettings(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'weir',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    types: { getTypeParser },
  };
}

const INT8 = pg.types.builtins.INT8;
const NUMERIC = pg.types.builtins.NUMERIC;

/** Integers come as numbers, and as bigints where a number would lose digits; sums of bigints are numeric. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === INT8 || oid === NUMERIC) return toInteger;
  return pg.types.getTypeParser(oid, format as 'text');
}

function toInteger(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) || !Number.isInteger(number) ? number : BigInt(text);
}
