import type { ReplicaRoll } from '../../ports/replica-roll.ts';
import type { SharedState } from '../../ports/shared-state.ts';
import { RedisBudgetCounters } from './budget-counters.ts';
import { RedisLimitCounters } from './limit-counters.ts';
import { type LinkOptions, RedisLink } from './link.ts';
import { Membership } from './membership.ts';
import type { OwnLimits } from './own-limits.ts';

export interface RedisOptions extends LinkOptions {
  readonly roll: ReplicaRoll;
  /** What this replica counts by itself. */
  readonly own: OwnLimits;
  /** Brings everything this process recorded into the database. */
  readonly flushLedger: () => Promise<void>;
}

/** Counters of all replicas in one Redis or Valkey. */
export function redisSharedState(options: RedisOptions): SharedState {
  const { roll, own, clock } = options;
  const link = new RedisLink(options);
  const parts = { link, membership: () => membership, replica: roll.id, clock };
  const limits = new RedisLimitCounters({ ...parts, own });
  const budgets = new RedisBudgetCounters(parts);
  const membership: Membership = new Membership({
    link,
    clock,
    roll,
    flushLedger: options.flushLedger,
    async tell({ epoch, isNew }) {
      await limits.tell(epoch, isNew);
      await budgets.tell(epoch);
    },
    async renew(epoch) {
      await limits.renew(epoch);
      await budgets.renew(epoch);
    },
  });
  return {
    limits,
    budgets,
    mode: () => (membership.isReady ? 'shared' : 'share'),
    async close() {
      membership.close();
      await link.close();
    },
  };
}
