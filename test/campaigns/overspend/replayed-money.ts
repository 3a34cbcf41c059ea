import type { BudgetCounters, BudgetPeriod, BudgetVerdict } from '../../../server/src/ports/shared-state.ts';

/** What was asked of counters of money, in the order in which they decided. */
export type MoneyEvent =
  | {
      readonly kind: 'reserve';
      readonly periods: readonly BudgetPeriod[];
      readonly nano: number;
      readonly verdict: BudgetVerdict['kind'];
    }
  | { readonly kind: 'hold'; readonly periods: readonly BudgetPeriod[]; readonly nano: number }
  | { readonly kind: 'spend'; readonly periods: readonly BudgetPeriod[]; readonly nano: number };

/** The same counters, with a note of everything they are asked. They must decide at once, as those in memory do. */
export function watchMoney(counters: BudgetCounters, note: (event: MoneyEvent) => void): BudgetCounters {
  return {
    reserve(periods, nano) {
      const verdict = counters.reserve(periods, nano);
      if (verdict instanceof Promise) throw new Error('the order of these decisions cannot be seen');
      note({ kind: 'reserve', periods, nano, verdict: verdict.kind });
      return verdict;
    },
    adjust(periods, nano) {
      note({ kind: 'hold', periods, nano });
      counters.adjust(periods, nano);
    },
    settle(periods, of) {
      note({ kind: 'hold', periods, nano: -of.heldNano });
      note({ kind: 'spend', periods, nano: of.costNano });
      return counters.settle(periods, of);
    },
    read: (period) => counters.read(period),
    unplaced: (period) => counters.unplaced(period),
    restore: (period, of) => counters.restore(period, of),
  };
}

/** The same, one after the other, against one sum per budget, of what is spent and what is held: each decision must be what the sum says, and none may pass its limit. */
export function replayMoney(events: readonly MoneyEvent[]): string[] {
  const taken = new Map<string, number>();
  const problems: string[] = [];
  const of = ({ name }: BudgetPeriod) => taken.get(name) ?? 0;
  for (const event of events) {
    if (event.kind === 'reserve') {
      if (event.verdict === 'unknown') continue;
      const fits = event.periods.every((period) => of(period) + event.nano <= period.limitNano);
      if (fits !== (event.verdict === 'reserved')) {
        problems.push(`${event.nano} nano-USD were ${event.verdict} at ${event.periods.map(of).join(', ')}`);
      }
      if (event.verdict !== 'reserved') continue;
    }
    for (const period of event.periods) {
      taken.set(period.name, of(period) + event.nano);
      if (of(period) > period.limitNano) problems.push(`${period.name} stood at ${of(period)} of ${period.limitNano}`);
    }
  }
  return problems;
}
