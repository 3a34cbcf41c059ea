import type {
  BudgetCounters,
  BudgetPeriod,
  BudgetSettlement,
  BudgetUse,
  BudgetVerdict,
} from '../../ports/shared-state.ts';
import type { RedisLink, Reply } from './link.ts';
import { EPOCH_KEY, type Membership } from './membership.ts';
import {
  ADJUST_BUDGETS,
  READ_BUDGET,
  RENEW_BUDGETS,
  RESERVE_BUDGETS,
  RESTORE_BUDGET,
  SETTLE_BUDGETS,
  UNPLACED_BUDGET,
} from './scripts/budgets.ts';
import { Vouching } from './vouching.ts';

const LEASE_MS = 30_000;
/** A clock that goes back must find what was spent. */
const KEPT_AFTER_END_MS = 2 * 86_400_000;

interface Unsent {
  readonly periods: readonly BudgetPeriod[];
  readonly of: BudgetSettlement;
}

/**
 * Money that all replicas share. Redis is never the record of it: what a replica holds it keeps here and vouches for, what was
 * spent is in the ledger, and while either is not told Redis gives no answer.
 */
export class RedisBudgetCounters implements BudgetCounters {
  readonly #link: RedisLink;
  readonly #membership: () => Membership;
  readonly #replica: string;
  /** What this replica holds: what was granted to it, as far as it has had the answer. */
  readonly #held = new Map<string, { period: BudgetPeriod; nano: number }>();
  readonly #unsent: Unsent[] = [];
  readonly #vouching = new Vouching();

  constructor(of: { link: RedisLink; membership: () => Membership; replica: string }) {
    this.#link = of.link;
    this.#membership = of.membership;
    this.#replica = of.replica;
    this.#link.define('reserveBudgets', RESERVE_BUDGETS);
    this.#link.define('adjustBudgets', ADJUST_BUDGETS);
    this.#link.define('settleBudgets', SETTLE_BUDGETS);
    this.#link.define('restoreBudget', RESTORE_BUDGET);
    this.#link.define('readBudget', READ_BUDGET);
    this.#link.define('unplacedBudget', UNPLACED_BUDGET);
    this.#link.define('renewBudgets', RENEW_BUDGETS);
  }

  reserve(periods: readonly BudgetPeriod[], nano: number): Promise<BudgetVerdict> {
    return this.#vouching.ask(() => this.#reserve(periods, nano));
  }

  adjust(periods: readonly BudgetPeriod[], deltaNano: number): void {
    if (deltaNano === 0) return;
    this.#hold(periods, deltaNano);
    const { epoch } = this.#membership();
    if (epoch === '') return;
    // What is lost here is put right when the replica next vouches for what it holds.
    this.#send(
      epoch,
      ['adjustBudgets', periods.map((period) => keyOf(period, epoch))],
      [this.#replica, deltaNano],
    ).catch(() => undefined);
  }

  async settle(periods: readonly BudgetPeriod[], of: BudgetSettlement): Promise<readonly (number | undefined)[]> {
    this.#hold(periods, -of.heldNano);
    const { epoch } = this.#membership();
    try {
      if (epoch === '') throw new Error('Redis does not answer');
      return await this.#sendSettlement(epoch, { periods, of });
    } catch {
      this.#unsent.push({ periods, of });
      return periods.map(() => undefined);
    }
  }

  async read(period: BudgetPeriod): Promise<BudgetUse | undefined> {
    const membership = this.#membership();
    const { epoch, readyKey } = membership;
    if (!membership.isReady) return undefined;
    try {
      const reply = await this.#send(epoch, ['readBudget', [keyOf(period, epoch), readyKey]], []);
      if (reply[0] !== 1) return undefined;
      return { settledNano: Number(reply[1]), reservedNano: Number(reply[2]) };
    } catch {
      return undefined;
    }
  }

  async unplaced(period: BudgetPeriod): Promise<readonly string[]> {
    const { epoch } = this.#membership();
    const reply = await this.#send(epoch, ['unplacedBudget', [listOf(period, epoch)]], []);
    return reply.slice(1).map(String);
  }

  async restore(
    period: BudgetPeriod,
    of: { readonly spentNano: number; readonly inLedger: ReadonlySet<string> },
  ): Promise<void> {
    const { epoch } = this.#membership();
    await this.#send(
      epoch,
      ['restoreBudget', [keyOf(period, epoch), listOf(period, epoch)]],
      [of.spentNano, expiry(period.endsAt), ...of.inLedger],
    );
  }

  /** Tells Redis what was settled while it did not answer, and what is held. */
  async tell(epoch: string): Promise<void> {
    for (const unsent of this.#unsent.splice(0)) {
      await this.#sendSettlement(epoch, unsent).catch(() => this.#unsent.push(unsent));
    }
    await this.renew(epoch);
  }

  renew(epoch: string): Promise<void> {
    return this.#vouching.vouch(async () => {
      const held = [...this.#held.values()];
      if (held.length === 0) return;
      await this.#send(
        epoch,
        ['renewBudgets', held.map(({ period }) => keyOf(period, epoch))],
        [this.#replica, LEASE_MS, ...held.map(({ nano }) => Math.max(0, nano))],
      );
      for (const { period, nano } of held) if (nano <= 0) this.#held.delete(period.name);
    });
  }

  async #reserve(periods: readonly BudgetPeriod[], nano: number): Promise<BudgetVerdict> {
    const { epoch, readyKey, isReady } = this.#membership();
    if (!isReady) return UNAVAILABLE;
    const args = periods.flatMap(({ limitNano, shadow, endsAt }) => [limitNano, shadow ? '1' : '0', expiry(endsAt)]);
    let reply: Reply;
    try {
      reply = await this.#send(
        epoch,
        ['reserveBudgets', [readyKey, ...periods.map((period) => keyOf(period, epoch))]],
        [this.#replica, LEASE_MS, nano, ...args],
      );
    } catch {
      // Redis may have granted it all the same: it is told with the next vouching that nothing of it is held.
      this.#hold(periods, 0);
      return UNAVAILABLE;
    }
    if (reply[0] === 2) return { kind: 'unknown', at: Number(reply[1]) };
    if (reply[0] === 0) return { kind: 'refused', ...refusalFrom(reply) };
    this.#hold(periods, nano);
    return { kind: 'reserved', shadowed: reply[1] === undefined ? undefined : refusalFrom(reply) };
  }

  async #sendSettlement(epoch: string, { periods, of }: Unsent): Promise<readonly (number | undefined)[]> {
    const done = `weir:settled:${of.requestId}:${periods[0]?.name ?? ''}`;
    const reply = await this.#send(
      epoch,
      ['settleBudgets', [done, ...periods.flatMap((period) => [keyOf(period, epoch), listOf(period, epoch)])]],
      [this.#replica, of.heldNano, of.costNano, of.requestId],
    );
    return periods.map((_, index) => (reply[index + 1] === '' ? undefined : Number(reply[index + 1])));
  }

  #hold(periods: readonly BudgetPeriod[], nano: number): void {
    for (const period of periods) {
      const known = this.#held.get(period.name);
      if (known === undefined) this.#held.set(period.name, { period, nano });
      else known.nano += nano;
    }
  }

  async #send(
    epoch: string,
    [name, keys]: [string, readonly string[]],
    args: readonly (string | number)[],
  ): Promise<Reply> {
    const reply = await this.#link.run(name, [EPOCH_KEY, ...keys], [this.#link.offset(), epoch, ...args]);
    if (reply[0] !== 3) return reply;
    this.#membership().hurry();
    throw new Error('Redis has lost its data');
  }
}

const UNAVAILABLE: BudgetVerdict = Object.freeze({ kind: 'unavailable' });

function refusalFrom(reply: Reply): { at: number; settledNano: number; reservedNano: number } {
  return { at: Number(reply[1]), settledNano: Number(reply[2]), reservedNano: Number(reply[3]) };
}

function keyOf({ projectId, counter }: BudgetPeriod, epoch: string): string {
  return `${projectId}:budget:${epoch}:${counter}`;
}

function listOf(period: BudgetPeriod, epoch: string): string {
  return `${keyOf(period, epoch)}:unplaced`;
}

function expiry(endsAt: number): number {
  return Number.isFinite(endsAt) ? endsAt + KEPT_AFTER_END_MS : 0;
}
