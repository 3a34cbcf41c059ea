import type { SharedState } from '../../ports/shared-state.ts';
import { MemoryBudgetCounters } from './budget-counters.ts';
import { MemoryLimitCounters, type MemoryLimitOptions } from './limit-counters.ts';

export interface MemorySharedState extends SharedState {
  readonly limits: MemoryLimitCounters;
}

/** Counters of one process. */
export function memorySharedState(options: MemoryLimitOptions): MemorySharedState {
  return {
    limits: new MemoryLimitCounters(options),
    budgets: new MemoryBudgetCounters(options.clock),
    mode: () => 'local',
    close: async () => {},
  };
}
