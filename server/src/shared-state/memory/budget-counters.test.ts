import { expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { budgetPeriod } from '../../../../test/contracts/shared-state.contract.ts';
import type { BudgetPeriod } from '../../ports/shared-state.ts';
import { MemoryBudgetCounters } from './budget-counters.ts';

const KNOWN = { spentNano: 5, inLedger: new Set<string>() };

test('labels without end do not fill the memory: who holds nothing is forgotten, and restored when asked for again', () => {
  const counters = new MemoryBudgetCounters(new ManualClock(), 100);
  const key = budgetPeriod('key:k:total:0', 10);
  const running = budgetPeriod('user:running:total:0', 10);
  for (const period of [key, running]) counters.restore(period, KNOWN);
  counters.reserve([running], 1);
  const users = Array.from({ length: 1000 }, (_, at) => budgetPeriod(`user:${at}:total:0`, 10));
  for (const user of users) counters.restore(user, KNOWN);
  const isKnown = (period: BudgetPeriod) => counters.read(period) !== undefined;
  expect(users.filter(isKnown).length).toBeLessThanOrEqual(100);
  expect([key, running].every(isKnown)).toBe(true);
  expect(counters.reserve([users[0] as BudgetPeriod], 1)).toEqual({ kind: 'unknown', at: 0 });
});

test('what cost nothing is not remembered for a counter that is not known', () => {
  const counters = new MemoryBudgetCounters(new ManualClock());
  const period = budgetPeriod('user:a:total:0', 10);
  counters.settle([period], { requestId: 'req_1', heldNano: 0, costNano: 0 });
  expect(counters.unplaced(period)).toEqual([]);
  counters.settle([period], { requestId: 'req_2', heldNano: 0, costNano: 1 });
  expect(counters.unplaced(period)).toEqual(['req_2']);
});
