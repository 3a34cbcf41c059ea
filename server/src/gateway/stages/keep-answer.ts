import type { Stage } from '../stage.ts';

/**
 * Lets the run that made the call keep its answer before the ledger has the record: after a crash either the answer is there,
 * or the call was never whole. It comes behind recordUsage, because settlement runs in reverse order.
 */
export function keepAnswer(): Stage {
  return {
    name: 'keepAnswer',
    settle(call, { error }) {
      if (call.run?.keep !== undefined && error === undefined) return call.run.keep(call);
    },
  };
}
