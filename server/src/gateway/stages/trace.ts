import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { Call } from '../../ports/call.ts';
import type { Stage } from '../stage.ts';

/** Told of every call after it was settled: metrics, the log line, spans. Must not throw and must not wait. */
export type CallObserver = (record: UsageRecord, call: Call) => void;

/** Outermost, so that what it reports includes every other stage: one record, many readers. */
export function trace(observers: readonly CallObserver[]): Stage {
  return {
    name: 'trace',
    settle(call) {
      // The reply leaves in the microtasks of this turn, which come before: nobody waits for what is told here.
      if (call.record !== undefined) process.nextTick(tell, observers, call.record, call);
    },
  };
}

function tell(observers: readonly CallObserver[], record: UsageRecord, call: Call): void {
  for (const observe of observers) observe(record, call);
}
