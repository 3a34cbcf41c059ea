import { brokeredKeyId, samplingWire } from '../../kernel/tool-server-calls.ts';
import type { BudgetInForce } from '../../ports/budgets.ts';
import type { Ledger, ReportQuery } from '../../ports/ledger.ts';
import type { BudgetCounters } from '../../ports/shared-state.ts';
import { OPERATORS_PROJECT } from './budget-book.ts';

/**
 * Brings counters to what the ledger says was spent in the period. Calls that were settled while the counter was not known
 * may or may not be in that sum: the ledger is asked for each of them first, so none is left out.
 */
export class SpendRestorer {
  readonly #ledger: Ledger;
  readonly #counters: BudgetCounters;
  readonly #running = new Map<string, Promise<void>>();

  constructor(ledger: Ledger, counters: BudgetCounters) {
    this.#ledger = ledger;
    this.#counters = counters;
  }

  /** Those who ask while it runs wait for the same answer. */
  restore(inForce: BudgetInForce): Promise<void> {
    const { name } = inForce.period;
    const running = this.#running.get(name);
    if (running !== undefined) return running;
    const restoring = this.#restore(inForce).finally(() => this.#running.delete(name));
    this.#running.set(name, restoring);
    return restoring;
  }

  async #restore(inForce: BudgetInForce): Promise<void> {
    const { period } = inForce;
    const unplaced = await this.#counters.unplaced(period);
    const inLedger = unplaced.length === 0 ? NOBODY : new Set(await this.#ledger.settledAmong(unplaced));
    const spentNano = await (inForce.spent?.() ?? this.#spentIn(inForce));
    await this.#counters.restore(period, { spentNano, inLedger });
  }

  async #spentIn({ budget, period, startsAt }: BudgetInForce): Promise<number> {
    const { projectId, scope, id } = budget;
    const sum = async (of: Partial<ReportQuery>): Promise<number> => {
      const toMs = Math.min(period.endsAt, Number.MAX_SAFE_INTEGER);
      const rows = await this.#ledger.report({ ...of, fromMs: startsAt, toMs, groupBy: [] });
      return Number(rows.reduce((total, { costNano }) => total + costNano, 0n));
    };
    if (scope !== 'mcp_server') {
      return sum({ projectId, ...(scope === 'key' ? { keyId: id } : {}), ...(scope === 'user' ? { userId: id } : {}) });
    }
    const whose = projectId === OPERATORS_PROJECT ? {} : { projectId };
    return (await sum({ ...whose, keyId: brokeredKeyId(id) })) + (await sum({ ...whose, wires: [samplingWire(id)] }));
  }
}

const NOBODY: ReadonlySet<string> = new Set();
