import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LedgerWriter, SpooledBatch } from '../ledger/ledger-writer.ts';
import { Rollup } from '../ledger/rollup.ts';
import { intentsByCall, settleDeadCall } from '../ledger/settle-dead-call.ts';
import { type IntentHead, type SettleHead, settleHead, usageRow } from '../ledger/usage-row.ts';
import type { RollupTable } from '../schema.ts';
import type { Line } from '../spool/line.ts';
import { ledgerStatements } from './ledger-statements.ts';
import { onDatabase } from './sqlite-error.ts';

/** What one batch does in memory; forgotten when its transaction fails. */
interface Batch {
  readonly rollup: Rollup;
  /** Intents not settled within the batch, by request id. */
  readonly intents: Map<string, OpenIntent[]>;
  readonly settled: string[];
}

interface OpenIntent {
  readonly attempt: number;
  readonly record: string;
}

/** The ledger's writer on SQLite. What it throws are WeirErrors. */
export class SqliteLedgerWriter implements LedgerWriter {
  readonly #database: DatabaseSync;
  readonly #epoch: string;
  readonly #file: string;
  /** Records are noted for an analytics sink. */
  readonly #outbox: boolean;
  readonly #statements: ReturnType<typeof ledgerStatements>;
  /** Request ids that have rows in open_intents. */
  readonly #open: Set<string>;

  constructor(database: DatabaseSync, of: { epoch: string; file: string; outbox: boolean }) {
    this.#database = database;
    this.#epoch = of.epoch;
    this.#file = of.file;
    this.#outbox = of.outbox;
    this.#statements = ledgerStatements(database);
    this.#open = new Set(this.#statements.openIds.all().map(({ request_id }) => String(request_id)));
  }

  offsetOf(segment: string): number {
    return onDatabase(this.#file, () => Number(this.#statements.offset.get(segment)?.shipped ?? 0));
  }

  forget(segment: string): void {
    onDatabase(this.#file, () => this.#statements.forgetOffset.run(segment));
  }

  store({ lines, segment, offset }: SpooledBatch): void {
    const batch: Batch = { rollup: new Rollup(), intents: new Map(), settled: [] };
    this.#transaction(() => {
      for (const line of lines) this.#take(line, batch);
      this.#keepIntents(batch, segment.epoch);
      this.#addRollup(batch.rollup);
      this.#statements.saveOffset.run(segment.name, offset);
    });
    for (const id of batch.settled) this.#open.delete(id);
    for (const id of batch.intents.keys()) this.#open.add(id);
  }

  settleDead(): number {
    const rows = onDatabase(this.#file, () => this.#statements.deadIntents.all(this.#epoch));
    const calls = intentsByCall(rows.map(({ record }) => String(record)));
    const rollup = new Rollup();
    let settled = 0;
    this.#transaction(() => {
      for (const [id, intents] of calls) {
        const record = settleDeadCall(intents);
        if (this.#insert(settleHead(record), JSON.stringify(record), rollup)) settled++;
        this.#statements.deleteIntents.run(id);
      }
      this.#addRollup(rollup);
    });
    for (const id of calls.keys()) this.#open.delete(id);
    return settled;
  }

  #take({ kind, head, record }: Line, batch: Batch): void {
    if (kind === 'settle') this.#settle(JSON.parse(head) as SettleHead, record, batch);
    else this.#remember(JSON.parse(head) as IntentHead, record, batch);
  }

  #remember([id, attempt]: IntentHead, record: string, { intents }: Batch): void {
    const known = intents.get(id);
    if (known) known.push({ attempt, record });
    else intents.set(id, [{ attempt, record }]);
  }

  #settle(head: SettleHead, record: string, batch: Batch): void {
    const id = head[0];
    this.#insert(head, record, batch.rollup);
    batch.intents.delete(id);
    if (!this.#open.has(id)) return;
    this.#statements.deleteIntents.run(id);
    batch.settled.push(id);
  }

  /** False when the call is in the ledger already: the first record of a call stays. */
  #insert(head: SettleHead, json: string, rollup: Rollup): boolean {
    const row = usageRow(head, json);
    const { changes } = this.#statements.insertRecord.run(
      row.request_id,
      row.timestamp,
      row.project_id,
      row.key_id,
      row.user_id,
      row.agent_type,
      row.model,
      row.provider,
      row.wire,
      row.succeeded,
      row.input_tokens,
      row.output_tokens,
      row.cost_nano,
      row.unpriced,
      row.estimated,
      row.saved_nano,
      row.run_id,
      row.record,
    );
    if (changes !== 1) return false;
    rollup.add(row);
    if (this.#outbox) this.#statements.insertOutbox.run(row.request_id);
    for (const tag of head[15]) this.#statements.insertTag.run(row.request_id, tag);
    return true;
  }

  #keepIntents({ intents }: Batch, epoch: string): void {
    for (const [id, open] of intents) {
      for (const { attempt, record } of open) this.#statements.insertIntent.run(id, attempt, epoch, record);
    }
  }

  #addRollup(rollup: Rollup): void {
    for (const sums of rollup.hours()) addSums(this.#statements.addHour, sums);
    for (const sums of rollup.days()) addSums(this.#statements.addDay, sums);
  }

  #transaction(work: () => void): void {
    onDatabase(this.#file, () => this.#inTransaction(work));
  }

  #inTransaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      // Some failures have rolled back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function addSums(statement: StatementSync, sums: RollupTable): void {
  statement.run(
    sums.start,
    sums.project_id,
    sums.user_id,
    sums.key_id,
    sums.agent_type,
    sums.model,
    sums.provider,
    sums.wire,
    sums.calls,
    sums.succeeded,
    sums.input_tokens,
    sums.output_tokens,
    sums.cost_nano,
    sums.unpriced,
    sums.estimated,
    sums.saved_nano,
  );
}
