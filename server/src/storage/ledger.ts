import { WeirError } from '../kernel/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { LedgerBackend, Recovery } from './ledger/ledger-backend.ts';
import { readRecords } from './ledger/read-records.ts';
import { readReport } from './ledger/read-report.ts';
import { readCalls, readSettled } from './ledger/read-settled.ts';
import { intentHeadJson, intentJson, recordJson, settleHeadJson } from './ledger/record-json.ts';
import { type ReadPatience, Shipping } from './ledger/shipping.ts';
import { intentHead, settleHead } from './ledger/usage-row.ts';
import { lineJson } from './spool/line.ts';
import { type Durability, Spool } from './spool/spool.ts';

export interface LedgerParts {
  readonly backend: LedgerBackend;
  readonly clock: Clock;
  readonly durability: Durability;
  /** The spool's folder; it exists. */
  readonly directory: string;
  /** Random per process, lower-case letters and digits. */
  readonly processEpoch: string;
  /** Number of this process' first segment. */
  readonly firstSequence: number;
  /** Default 16 MiB. */
  readonly segmentBytes?: number;
  /** Appends are refused while more than this waits for the database; default 1 GiB. */
  readonly maximumSpoolBytes?: number;
  /** Absent: a read waits for what was just written as long as the database itself lets it wait. */
  readonly patience?: ReadPatience;
}

export interface SpooledLedger extends Ledger {
  /** What was found of earlier processes, when that is in the database; for the log. Reading waits for it by itself. */
  readonly recovered: Promise<Recovery>;
}

/** The ledger: a spool that makes records durable, a shipper that stores them, queries that ship first. */
export function spooledLedger(parts: LedgerParts): SpooledLedger {
  const { backend, clock, durability, segmentBytes, maximumSpoolBytes } = parts;
  const spool: Spool = new Spool({
    directory: parts.directory,
    epoch: parts.processEpoch,
    firstSequence: parts.firstSequence,
    durability,
    clock,
    written: () => shipping.written(),
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
    ...(maximumSpoolBytes === undefined ? {} : { maximumBytes: maximumSpoolBytes }),
  });
  const shipping = new Shipping({ spool, backend, clock, immediate: durability === 'database' });
  const recovered = shipping.recover();
  // A failure is in the state and tried again; who does not look at this promise must not fall over it.
  recovered.catch(() => {});
  let closing: Promise<void> | undefined;
  return {
    recovered,
    intend: (record) => spool.append(lineJson('intent', intentHeadJson(intentHead(record)), intentJson(record))),
    settle: (record) => spool.append(lineJson('settle', settleHeadJson(settleHead(record)), recordJson(record))),
    async records(query) {
      await upToDate();
      return readRecords(backend.db, query);
    },
    async report(query) {
      await upToDate();
      return readReport(backend.db, query);
    },
    async settledAmong(requestIds) {
      await upToDate();
      return readSettled(backend.db, requestIds);
    },
    async calls(requestIds) {
      await upToDate();
      return readCalls(backend.db, requestIds);
    },
    state: () => shipping.state(),
    close() {
      closing ??= closeAll();
      return closing;
    },
  };

  async function upToDate(): Promise<void> {
    if (closing) throw new WeirError('store.unavailable', { message: 'The store is closed.' });
    await shipping.drain(parts.patience);
  }

  async function closeAll(): Promise<void> {
    await spool.close();
    try {
      await shipping.finish();
    } finally {
      spool.giveUpDatabase();
      await backend.close();
    }
  }
}
