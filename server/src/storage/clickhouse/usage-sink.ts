import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { Clock } from '../../ports/clock.ts';
import type { Storage } from '../../ports/storage.ts';
import { readRecord } from '../ledger/read-record.ts';
import { createTableStatement, usageTableRow } from './usage-table.ts';

export interface UsageSinkOptions {
  /** http://user:password@host:8123/database */
  readonly url: string;
  readonly table: string;
  readonly outbox: Storage['outbox'];
  /** One of several replicas sends; asked before each look. */
  readonly isChosen: () => boolean;
  readonly clock: Clock;
  readonly maxWaiting: number;
  /** Told when ClickHouse stops and begins to take records, and when some were left out. */
  readonly report: (news: SinkNews) => void;
}

export type SinkNews =
  | { readonly state: 'lost'; readonly reason: string }
  | { readonly state: 'again' }
  | { readonly state: 'left-out'; readonly records: number };

const BATCH = 2000;
const LOOK_MS = 1000;
const LONGEST_REST_MS = 60_000;
const REQUEST_MS = 30_000;

/**
 * Copies the ledger into ClickHouse. The queue is a table that is filled in the transaction of the records, so nothing is
 * missed however a process ends; a batch leaves it when ClickHouse has it, so a batch may be sent twice and counts once. No
 * call waits for any of this.
 */
export class UsageSink {
  readonly #options: UsageSinkOptions;
  readonly #client: ClickHouseClient;
  #cancel = () => {};
  #restMs = LOOK_MS;
  #isLost = false;
  #hasTable = false;
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: UsageSinkOptions) {
    this.#options = options;
    this.#client = createClient({
      url: options.url,
      request_timeout: REQUEST_MS,
      max_open_connections: 1,
      application: 'weir',
      log: { level: ClickHouseLogLevel.OFF },
    });
    this.#arm();
  }

  /** Sends what waits; resolves when nothing does, or the first batch fails. */
  flush(): Promise<void> {
    this.#running ??= this.#sendAll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#running;
    await this.#client.close();
  }

  #arm(): void {
    if (this.#isStopped) return;
    this.#cancel = this.#options.clock.after(this.#restMs, () => {
      void this.flush().then(() => this.#arm());
    });
  }

  async #sendAll(): Promise<void> {
    try {
      if (!this.#options.isChosen()) return;
      while (!this.#isStopped && (await this.#sendBatch()) === BATCH) {}
      this.#restMs = LOOK_MS;
      if (this.#isLost) this.#options.report({ state: 'again' });
      this.#isLost = false;
    } catch (error) {
      this.#restMs = Math.min(this.#restMs * 2, LONGEST_REST_MS);
      if (!this.#isLost) this.#options.report({ state: 'lost', reason: reasonOf(error) });
      this.#isLost = true;
      await this.#boundQueue().catch(() => {});
    }
  }

  /** Gives how many left the queue. */
  async #sendBatch(): Promise<number> {
    const { outbox, table, clock } = this.#options;
    const waiting = await outbox.take(BATCH);
    if (waiting.length === 0) return 0;
    await this.#ensureTable();
    // A record that retention took away meanwhile leaves only its id.
    const records = waiting.flatMap(({ record }) => (record === null ? [] : [readRecord(record)]));
    const ids = waiting.map(({ request_id }) => request_id);
    if (records.length > 0) {
      await this.#client.insert({
        table,
        values: records.map((record) => usageTableRow(record, clock.now())),
        format: 'JSONEachRow',
      });
    }
    await outbox.done(ids);
    return waiting.length;
  }

  async #ensureTable(): Promise<void> {
    if (this.#hasTable) return;
    await this.#client.command({ query: createTableStatement(this.#options.table) });
    this.#hasTable = true;
  }

  async #boundQueue(): Promise<void> {
    const { outbox, maxWaiting, report } = this.#options;
    const surplus = (await outbox.size()) - maxWaiting;
    if (surplus <= 0) return;
    report({ state: 'left-out', records: await outbox.forgetOldest(surplus) });
  }
}

/** A name for the log; messages of ClickHouse quote what was sent. */
function reasonOf(error: unknown): string {
  const { code, type } = error as { code?: unknown; type?: unknown };
  const named = [type, code].filter((part) => typeof part === 'string' && part !== '');
  return named.length > 0 ? named.join(' ') : 'no answer';
}
