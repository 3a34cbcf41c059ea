import type { IntentRecord } from '../kernel/usage-record.ts';
import type { Ledger, LedgerState } from '../ports/ledger.ts';
import type { Link } from './link.ts';

/** The ledger of another thread. A promise resolves when the one spool there has the record at the configured level. */
export function remoteLedger(link: Link): Ledger {
  const { intend, settle, records, report, settledAmong, calls } = link.remote<Ledger>('ledger');
  return { intend, settle, records, report, settledAmong, calls, state: () => TOLD_THERE, close: async () => {} };
}

/** Health and metrics are told by the thread that has the spool. */
const TOLD_THERE: LedgerState = { unshipped: 0, lagMs: 0, healthy: true, error: null };

export interface ServedLedger {
  readonly ledger: Pick<Ledger, 'intend' | 'settle' | 'records' | 'report' | 'settledAmong' | 'calls'>;
  /** Calls of the thread that have an intent and no record, each with its intents; from here on they are nobody's. */
  takeOpen(): [IntentRecord, ...IntentRecord[]][];
}

/** This thread's ledger for one other thread, with the calls that thread has under way. */
export function serveLedger(ledger: Ledger): ServedLedger {
  const open = new Map<string, [IntentRecord, ...IntentRecord[]]>();
  return {
    ledger: {
      intend(record) {
        const before = open.get(record.request_id);
        if (before === undefined) open.set(record.request_id, [record]);
        else before.push(record);
        return ledger.intend(record);
      },
      settle(record) {
        open.delete(record.request_id);
        return ledger.settle(record);
      },
      records: (query) => ledger.records(query),
      report: (query) => ledger.report(query),
      settledAmong: (ids) => ledger.settledAmong(ids),
      calls: (ids) => ledger.calls(ids),
    },
    takeOpen() {
      const all = [...open.values()];
      open.clear();
      return all;
    },
  };
}
