import { DAY_MS } from '../../kernel/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  BudgetCounters,
  BudgetPeriod,
  BudgetRefusal,
  BudgetSettlement,
  BudgetUse,
  BudgetVerdict,
} from '../../ports/shared-state.ts';

interface Counter {
  settledNano: number;
  reservedNano: number;
  readonly endsAt: number;
  /** There may be any number of its kind. */
  readonly isOneOfMany: boolean;
}

/** A clock that goes back must find what was spent. */
const KEPT_AFTER_END_MS = 2 * DAY_MS;
const SWEEP_EVERY = 10_000;
/** Clients choose user labels and start runs, so the number of counters needs a bound; one that was forgotten is restored. */
const MAX_COUNTERS = 100_000;
const OF_MANY = /^(user|workflow|step):/;
const LOOKED_AT_ONCE = 1000;

/** Money of one process, restored from its ledger. Nothing here waits. */
export class MemoryBudgetCounters implements BudgetCounters {
  readonly #clock: Clock;
  readonly #counters = new Map<string, Counter>();
  /** What was settled in counters that are not known: request id and cost. */
  readonly #unplaced = new Map<string, Map<string, number>>();
  #untilSweep = SWEEP_EVERY;

  readonly #maxCounters: number;

  constructor(clock: Clock, maxCounters = MAX_COUNTERS) {
    this.#clock = clock;
    this.#maxCounters = maxCounters;
  }

  reserve(periods: readonly BudgetPeriod[], nano: number): BudgetVerdict {
    let shadowed: BudgetRefusal | undefined;
    for (let at = 0; at < periods.length; at++) {
      const period = periods[at] as BudgetPeriod;
      const counter = this.#counters.get(period.name);
      if (counter === undefined) return { kind: 'unknown', at };
      const { settledNano, reservedNano } = counter;
      if (settledNano + reservedNano + nano <= period.limitNano) continue;
      if (!period.shadow) return { kind: 'refused', at, settledNano, reservedNano };
      shadowed = { at, settledNano, reservedNano };
    }
    this.adjust(periods, nano);
    return shadowed === undefined ? RESERVED : { kind: 'reserved', shadowed };
  }

  adjust(periods: readonly BudgetPeriod[], deltaNano: number): void {
    for (const { name } of periods) {
      const counter = this.#counters.get(name);
      if (counter !== undefined) counter.reservedNano += deltaNano;
    }
  }

  settle(periods: readonly BudgetPeriod[], of: BudgetSettlement): readonly (number | undefined)[] {
    return periods.map(({ name }) => {
      const counter = this.#counters.get(name);
      if (counter === undefined) {
        // Nothing was spent: nothing has to be found again.
        if (of.costNano > 0) this.#placeLater(name, of);
        return undefined;
      }
      counter.reservedNano -= of.heldNano;
      counter.settledNano += of.costNano;
      return counter.settledNano;
    });
  }

  read({ name }: BudgetPeriod): BudgetUse | undefined {
    const counter = this.#counters.get(name);
    if (counter === undefined) return undefined;
    return { settledNano: counter.settledNano, reservedNano: counter.reservedNano };
  }

  unplaced({ name }: BudgetPeriod): readonly string[] {
    return [...(this.#unplaced.get(name)?.keys() ?? [])];
  }

  restore(period: BudgetPeriod, of: { spentNano: number; inLedger: ReadonlySet<string> }): void {
    if (this.#counters.has(period.name)) return;
    if (--this.#untilSweep <= 0) this.#sweep();
    if (this.#counters.size >= this.#maxCounters) this.#makeRoom();
    let settledNano = of.spentNano;
    for (const [id, costNano] of this.#unplaced.get(period.name) ?? [])
      if (!of.inLedger.has(id)) settledNano += costNano;
    this.#unplaced.delete(period.name);
    const isOneOfMany = OF_MANY.test(period.counter);
    this.#counters.set(period.name, { settledNano, reservedNano: 0, endsAt: period.endsAt, isOneOfMany });
  }

  /** Counters of users and runs that hold nothing go, the oldest first: what was spent stands in the ledger. */
  #makeRoom(): void {
    let looked = 0;
    for (const [name, counter] of this.#counters) {
      if (looked++ >= LOOKED_AT_ONCE) return;
      this.#counters.delete(name);
      if (counter.isOneOfMany && counter.reservedNano === 0) return;
      // It stays, and is not the first to be looked at next time.
      this.#counters.set(name, counter);
    }
  }

  #placeLater(name: string, { requestId, costNano }: BudgetSettlement): void {
    const waiting = this.#unplaced.get(name) ?? new Map<string, number>();
    waiting.set(requestId, costNano);
    this.#unplaced.set(name, waiting);
  }

  #sweep(): void {
    this.#untilSweep = SWEEP_EVERY;
    const before = this.#clock.now() - KEPT_AFTER_END_MS;
    for (const [name, { endsAt, reservedNano }] of this.#counters) {
      if (endsAt < before && reservedNano === 0) this.#counters.delete(name);
    }
  }
}

const RESERVED: BudgetVerdict = Object.freeze({ kind: 'reserved', shadowed: undefined });
