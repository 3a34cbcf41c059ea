import { asNumber, asObject, parseJson } from '../../kernel/json.ts';
import { formatUsd, NANO_PER_USD, usdFromNano } from '../../kernel/money.ts';
import { isoSeconds } from '../../kernel/time.ts';
import type { BudgetInForce, BudgetPauses } from '../../ports/budgets.ts';
import type { Clock } from '../../ports/clock.ts';
import type { InboxStore } from '../../ports/inbox.ts';
import type { BudgetUse } from '../../ports/shared-state.ts';
import type { InboxRow } from '../../ports/workflow-store.ts';
import { inboxId } from './inbox-id.ts';

interface Raised {
  /** Approvals that are part of the limit. */
  readonly turns: number;
  readonly limitNano: number;
  readonly endsAt: number;
}

/**
 * Budgets that pause when they are used up: an item in the inbox asks for more, and who approves it says the new limit of the
 * period that runs. The inbox is the record; a process reads it when a budget refuses, and remembers what it read.
 */
export class BudgetRaises implements BudgetPauses {
  readonly #inbox: InboxStore;
  readonly #clock: Clock;
  readonly #raised = new Map<string, Raised>();
  readonly #asking = new Map<string, ReturnType<BudgetPauses['ask']>>();
  #version = 0;

  constructor(inbox: InboxStore, clock: Clock) {
    this.#inbox = inbox;
    this.#clock = clock;
  }

  /** Grows with every raise that was found. */
  get version(): number {
    return this.#version;
  }

  /** The limit that a period was raised to; undefined: it was not, as far as this process knows. */
  limitOf(periodName: string): number | undefined {
    return this.#raised.get(periodName)?.limitNano;
  }

  /** Those who ask meanwhile get the same answer. */
  ask(inForce: BudgetInForce, use: BudgetUse): ReturnType<BudgetPauses['ask']> {
    const { name } = inForce.period;
    const running = this.#asking.get(name);
    if (running !== undefined) return running;
    const asking = this.#ask(inForce, use).finally(() => this.#asking.delete(name));
    this.#asking.set(name, asking);
    return asking;
  }

  async #ask(inForce: BudgetInForce, use: BudgetUse): ReturnType<BudgetPauses['ask']> {
    const { name, limitNano: judgedBy, projectId, endsAt } = inForce.period;
    let { turns, limitNano } = this.#raised.get(name) ?? { turns: 0, limitNano: judgedBy };
    for (;;) {
      const id = inboxId('budget', name, turns + 1);
      const item = await this.#inbox.get(projectId, id);
      if (item?.status === 'approved') {
        limitNano = Math.max(limitNano, newLimit(item, limitNano));
        this.#keep(name, { turns: ++turns, limitNano, endsAt });
        continue;
      }
      if (limitNano > judgedBy) return { raised: true };
      if (item === undefined) await this.#inbox.put(itemOf(inForce, use, { id, now: this.#clock.now() }));
      return { raised: false, approvalId: id, isRejected: item !== undefined && item.status !== 'open' };
    }
  }

  #keep(name: string, raised: Raised): void {
    const now = this.#clock.now();
    for (const [other, { endsAt }] of this.#raised) if (endsAt < now) this.#raised.delete(other);
    this.#raised.set(name, raised);
    this.#version++;
  }
}

/** What the person said; nothing: twice what it was. */
function newLimit({ data }: InboxRow, limitNano: number): number {
  const usd = asNumber(asObject(parseJson(data ?? 'null'))?.usd);
  return usd === undefined ? 2 * limitNano : Math.round(usd * NANO_PER_USD);
}

function itemOf({ budget, period }: BudgetInForce, use: BudgetUse, of: { id: string; now: number }): InboxRow {
  const limit = usdFromNano(period.limitNano);
  const ends = Number.isFinite(period.endsAt);
  return {
    id: of.id,
    project_id: budget.projectId,
    kind: 'budget',
    status: 'open',
    title: `The ${budget.scope}'s budget of ${formatUsd(period.limitNano)} USD per ${budget.period} is used up.`,
    detail: JSON.stringify({
      scope: budget.scope,
      id: budget.id,
      period: budget.period,
      limit_usd: limit,
      settled_usd: usdFromNano(use.settledNano),
      reserved_usd: usdFromNano(use.reservedNano),
      resets_at: ends ? isoSeconds(period.endsAt) : null,
    }),
    form: JSON.stringify({
      type: 'object',
      properties: {
        usd: {
          type: 'number',
          exclusiveMinimum: limit,
          default: 2 * limit,
          description: 'New limit in USD for the period that runs; absent: twice the present one',
        },
      },
    }),
    run_id: null,
    path: null,
    created_at: of.now,
    expires_at: ends ? period.endsAt : null,
    decided_at: null,
    decided_by: null,
    data: null,
  };
}
