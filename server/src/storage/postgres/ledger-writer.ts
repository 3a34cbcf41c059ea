import type pg from 'pg';
import type { LedgerWriter, SpooledBatch } from '../ledger/ledger-writer.ts';
import { Rollup } from '../ledger/rollup.ts';
import { intentsByCall, settleDeadCall } from '../ledger/settle-dead-call.ts';
import { type IntentHead, type SettleHead, settleHead, usageRow } from '../ledger/usage-row.ts';
import type { UsageRecordTable } from '../schema.ts';
import { recordColumns, rollupColumns, storable } from './columns.ts';
import * as SQL from './ledger-statements.ts';

export interface LedgerWriterOptions {
  /** This process. */
  readonly epoch: string;
  /** Its data directory. */
  readonly home: string;
  /** Records are noted for an analytics sink. */
  readonly outbox: boolean;
}

/** A call that ended, as its line in the spool says. */
interface Settled {
  readonly row: UsageRecordTable;
  readonly tags: readonly string[];
}

interface Intent {
  readonly id: string;
  readonly attempt: number;
  readonly record: string;
}

/** What one batch does in memory; forgotten when its transaction fails. */
interface Batch {
  readonly settled: Map<string, Settled>;
  /** Not settled within the batch, by request id. */
  readonly intents: Map<string, Intent[]>;
}

/** Runs `work` in a transaction on one connection; gives what it gives. */
export type Transact = <T>(work: (client: Pick<pg.ClientBase, 'query'>) => Promise<T>) => Promise<T>;

/**
 * The ledger's writer on PostgreSQL. A batch that is sent again, because nobody knows whether its commit arrived, changes
 * nothing: only rows really inserted are counted.
 */
export class PostgresLedgerWriter implements LedgerWriter {
  readonly #transact: Transact;
  readonly #options: LedgerWriterOptions;
  /** Request ids of this home that have rows in open_intents; read at the first use. */
  #open: Set<string> | undefined;

  constructor(transact: Transact, options: LedgerWriterOptions) {
    this.#transact = transact;
    this.#options = options;
  }

  async offsetOf(segment: string): Promise<number> {
    const { rows } = await this.#transact((client) => client.query(SQL.OFFSET, [segment]));
    return Number(rows[0]?.shipped ?? 0);
  }

  async forget(segment: string): Promise<void> {
    await this.#transact((client) => client.query(SQL.FORGET_OFFSET, [segment]));
  }

  async store({ lines, segment, offset }: SpooledBatch): Promise<void> {
    const open = await this.#openIds();
    const batch: Batch = { settled: new Map(), intents: new Map() };
    for (const line of lines) {
      if (line.kind === 'settle') settle(JSON.parse(line.head) as SettleHead, line.record, batch);
      else intend(JSON.parse(line.head) as IntentHead, line.record, batch);
    }
    const closed = [...batch.settled.keys()].filter((id) => open.has(id));
    await this.#transact(async (client) => {
      const rollup = new Rollup();
      const work = { client, rollup };
      const missed = await this.#insert(work, [...batch.settled.values()]);
      if (missed.length > 0) await this.#replaceEstimates(work, missed);
      if (closed.length > 0) await client.query(SQL.DELETE_INTENTS, [closed]);
      await this.#keepIntents(client, { intents: [...batch.intents.values()].flat(), epoch: segment.epoch });
      await this.#addRollup(work);
      await client.query(SQL.SAVE_OFFSET, [segment.name, offset]);
    });
    for (const id of closed) open.delete(id);
    for (const id of batch.intents.keys()) open.add(id);
  }

  async settleDead(): Promise<number> {
    const { home, epoch } = this.#options;
    const settled = await this.#settle({
      statement: SQL.DEAD_INTENTS,
      parameters: [home, epoch],
      isProvisional: false,
    });
    this.#open = undefined;
    return settled;
  }

  /**
   * Settles what replicas left that have been silent for so long. Should one come back with its spool, what it knows
   * replaces the estimate.
   */
  settleAbandoned(silentMs: number): Promise<number> {
    const parameters = [this.#options.epoch, silentMs];
    return this.#settle({ statement: SQL.ABANDONED_INTENTS, parameters, isProvisional: true });
  }

  async #settle(of: { statement: string; parameters: unknown[]; isProvisional: boolean }): Promise<number> {
    return this.#transact(async (client) => {
      const { rows } = await client.query(of.statement, of.parameters);
      const calls = intentsByCall(rows.map(({ record }) => String(record)));
      if (calls.size === 0) return 0;
      const settled = [...calls.values()].map((intents) => {
        const record = settleDeadCall(intents);
        return { row: usageRow(settleHead(record), JSON.stringify(record)), tags: [] };
      });
      const work = { client, rollup: new Rollup() };
      const known = new Set((await this.#insert(work, settled)).map(({ row }) => row.request_id));
      const ids = [...calls.keys()];
      const added = ids.filter((id) => !known.has(id));
      if (of.isProvisional) await client.query(SQL.INSERT_PROVISIONAL, [added]);
      await client.query(SQL.DELETE_INTENTS, [ids]);
      await this.#addRollup(work);
      return added.length;
    });
  }

  async #openIds(): Promise<Set<string>> {
    if (this.#open) return this.#open;
    const { rows } = await this.#transact((client) => client.query(SQL.INTENTS_OF_HOME, [this.#options.home]));
    this.#open = new Set(rows.map(({ request_id }) => String(request_id)));
    return this.#open;
  }

  /** Gives the calls that were in the ledger already: the first record of a call stays. */
  async #insert({ client, rollup }: Work, settled: readonly Settled[]): Promise<Settled[]> {
    if (settled.length === 0) return [];
    const { rows } = await client.query(SQL.INSERT_RECORDS, recordColumns(settled.map(({ row }) => row)));
    const inserted = new Set(rows.map(({ request_id }) => String(request_id)));
    const isNew = ({ row }: Settled) => inserted.has(storable(row.request_id));
    const added = settled.filter(isNew);
    for (const { row } of added) rollup.add(row);
    const tags = added.flatMap(({ row, tags: own }) => own.map((tag) => [row.request_id, storable(tag)]));
    if (tags.length > 0) await client.query(SQL.INSERT_TAGS, [tags.map(([id]) => id), tags.map(([, tag]) => tag)]);
    if (this.#options.outbox && added.length > 0) {
      await client.query(SQL.INSERT_OUTBOX, [added.map(({ row }) => row.request_id)]);
    }
    return settled.filter((call) => !isNew(call));
  }

  /** What another replica had to estimate while this one could not be heard gives way to what really happened. */
  async #replaceEstimates(work: Work, missed: readonly Settled[]): Promise<void> {
    const { rows } = await work.client.query(SQL.TAKE_PROVISIONAL, [missed.map(({ row }) => row.request_id)]);
    if (rows.length === 0) return;
    const ids = new Set(rows.map(({ request_id }) => String(request_id)));
    const taken = await work.client.query(SQL.TAKE_RECORDS, [[...ids]]);
    for (const row of taken.rows as UsageRecordTable[]) work.rollup.subtract(row);
    await this.#insert(
      work,
      missed.filter(({ row }) => ids.has(row.request_id)),
    );
  }

  async #keepIntents(client: Work['client'], of: { intents: readonly Intent[]; epoch: string }): Promise<void> {
    const { intents, epoch } = of;
    if (intents.length === 0) return;
    await client.query(SQL.INSERT_INTENTS, [
      intents.map(({ id }) => id),
      intents.map(({ attempt }) => attempt),
      intents.map(() => epoch),
      intents.map(({ record }) => record),
    ]);
  }

  async #addRollup({ client, rollup }: Work): Promise<void> {
    const hours = rollupColumns(rollup.hours());
    if ((hours[0] as unknown[]).length === 0) return;
    await client.query(SQL.ADD_HOURS, hours);
    await client.query(SQL.ADD_DAYS, rollupColumns(rollup.days()));
  }
}

interface Work {
  readonly client: Pick<pg.ClientBase, 'query'>;
  readonly rollup: Rollup;
}

function settle(head: SettleHead, record: string, { settled, intents }: Batch): void {
  const [id] = head;
  if (!settled.has(id)) settled.set(id, { row: usageRow(head, record), tags: head[15] });
  intents.delete(id);
}

function intend([id, attempt]: IntentHead, record: string, { intents }: Batch): void {
  const known = intents.get(id);
  if (known) known.push({ id, attempt, record });
  else intents.set(id, [{ id, attempt, record }]);
}
