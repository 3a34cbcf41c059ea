import type { BudgetInForce } from '../../ports/budgets.ts';

export interface LastRefusal {
  readonly atMs: number;
  readonly settledNano: number;
  readonly reservedNano: number;
  /** What the refused call might have cost. */
  readonly wantedNano: number;
  /** It passed, because the budget only reports. */
  readonly shadow: boolean;
}

const MAX_KEPT = 10_000;

/** The last refusal of each budget's period, so that whoever asks why can be told. Of this process. */
export class BudgetRefusals {
  readonly #last = new Map<string, LastRefusal & { count: number }>();

  note({ period }: BudgetInForce, refusal: LastRefusal): void {
    const count = (this.#last.get(period.name)?.count ?? 0) + 1;
    if (this.#last.size >= MAX_KEPT) this.#last.clear();
    this.#last.set(period.name, { ...refusal, count });
  }

  last({ period }: BudgetInForce): (LastRefusal & { count: number }) | undefined {
    return this.#last.get(period.name);
  }
}
