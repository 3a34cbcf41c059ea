import type { UsageRecord } from '../../../server/src/kernel/usage-record.ts';
import type { ReportQuery, ReportRow } from '../../../server/src/ports/ledger.ts';
import { FakeLedger } from '../../chaos/support/gateway-fixture.ts';

/** The database that replicas share. */
export class Database {
  readonly records = new Map<string, UsageRecord>();

  sum(query: Pick<ReportQuery, 'projectId' | 'keyId' | 'userId' | 'fromMs' | 'toMs'>): number {
    let nano = 0;
    for (const record of this.records.values()) {
      if (query.projectId !== undefined && record.project_id !== query.projectId) continue;
      if (query.keyId !== undefined && record.key_id !== query.keyId) continue;
      if (query.userId !== undefined && record.user_id !== query.userId) continue;
      if (record.timestamp >= query.fromMs && record.timestamp < query.toMs) nano += record.cost_nano_usd;
    }
    return nano;
  }
}

/** A replica's ledger as the real one is: a record is in the database only when it was shipped, and reading ships first. */
export class ReplicaLedger extends FakeLedger {
  readonly #database: Database;
  #unshipped: UsageRecord[] = [];

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async settle(record: UsageRecord): Promise<void> {
    this.#unshipped.push(record);
  }

  ship(): void {
    for (const record of this.#unshipped.splice(0)) {
      if (this.#database.records.has(record.request_id)) throw new Error(`${record.request_id} was settled twice`);
      this.#database.records.set(record.request_id, record);
    }
  }

  override async settledAmong(ids: readonly string[]): Promise<string[]> {
    this.ship();
    await new Promise(setImmediate);
    return ids.filter((id) => this.#database.records.has(id));
  }

  override async report(query?: ReportQuery): Promise<ReportRow[]> {
    this.ship();
    await new Promise(setImmediate);
    const costNano = BigInt(query === undefined ? 0 : this.#database.sum(query));
    return [
      {
        group: [],
        calls: 1,
        succeeded: 1,
        inputTokens: 0,
        outputTokens: 0,
        costNano,
        unpriced: 0,
        estimated: 0,
        savedNano: 0n,
      },
    ];
  }
}
