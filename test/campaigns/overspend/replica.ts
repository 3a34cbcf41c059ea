import { BudgetBook } from '../../../server/src/features/budgets/budget-book.ts';
import { SpendRestorer } from '../../../server/src/features/budgets/restore-spend.ts';
import { LimitBook, type LimitRules } from '../../../server/src/features/limits/limit-book.ts';
import type { Budget } from '../../../server/src/kernel/budget.ts';
import type { Call } from '../../../server/src/ports/call.ts';
import type { Clock } from '../../../server/src/ports/clock.ts';
import type { LimitScope, SharedState } from '../../../server/src/ports/shared-state.ts';
import { gatewayHarness } from '../../chaos/support/gateway-harness.ts';
import { type MoneyEvent, watchMoney } from './replayed-money.ts';
import { type Database, ReplicaLedger } from './shared-ledger.ts';
import type { Upstream } from './upstream.ts';

/** One grant of limits, as the caller of the counters saw it. */
export interface GrantEvent {
  readonly scope: LimitScope;
  readonly atMs: number;
  readonly tokens: number;
}

export interface Rules {
  readonly limits: LimitRules;
  readonly budgets: readonly Budget[];
}

/** A server with the real pipeline: limits, budgets, retries and settlement, in front of an upstream that is played. */
export class Replica {
  readonly state: SharedState;
  readonly ledger: ReplicaLedger;
  readonly grants: GrantEvent[] = [];
  readonly money: MoneyEvent[] = [];
  readonly book: BudgetBook;
  readonly #run: (call: Call) => Promise<unknown>;
  readonly #limitBook: LimitBook;

  constructor(of: { state: SharedState; database: Database; clock: Clock; rules: Rules; upstream: Upstream }) {
    const { state, clock, rules } = of;
    this.state = state;
    this.ledger = new ReplicaLedger(of.database);
    this.book = new BudgetBook({ budgets: () => rules.budgets, version: () => 1 });
    this.#limitBook = new LimitBook({
      rules: rules.limits,
      user: () => undefined,
      usersVersion: () => 0,
      aliases: () => [],
    });
    const restorer = new SpendRestorer(this.ledger, state.budgets);
    const { run, http } = gatewayHarness({
      config: { retry: { base_delay_ms: 0, jitter: 'none', max_attempts: 2 }, prices: PRICES },
      ledger: this.ledger,
      time: clock,
      bounds: {
        limits: {
          scopes: (call) => this.scopesOf(call),
          counters: {
            reserve: (scopes, tokens) => this.#watch(state.limits.reserve(scopes, tokens), clock),
            settle: (grant, tokens) => state.limits.settle(grant, tokens),
            read: (scopes) => state.limits.read(scopes),
          },
          report: () => {},
        },
        budgets: {
          inForce: (call) => this.inForce(call),
          counters: watchMoney(state.budgets, (event) => this.money.push(event)),
          restore: (inForce) => restorer.restore(inForce),
          whenUnavailable: () => 'refuse',
          defaultMaxOutput: () => 50,
          observer: { refused: () => {}, spent: () => {} },
        },
      },
    });
    http.onRequest = (sent) => of.upstream.answer(sent);
    this.#run = run;
  }

  scopesOf(call: Call): readonly LimitScope[] {
    const { projectId, keyId } = call.caller;
    const userId = call.attribution.userId;
    return this.#limitBook.scopesOf({ projectId, keyId, keyLimits: undefined, userId, wire: '' }, undefined);
  }

  inForce(call: Call) {
    return this.book.inForce({
      projectId: call.caller.projectId,
      keyId: call.caller.keyId,
      keyBudget: undefined,
      userId: call.attribution.userId,
      atMs: call.startedAt,
    });
  }

  run(call: Call): Promise<unknown> {
    return this.#run(call);
  }

  #watch<T extends Awaited<ReturnType<SharedState['limits']['reserve']>>>(
    verdict: T | Promise<T>,
    clock: Clock,
  ): T | Promise<T> {
    const note = (given: T): T => {
      if (given.granted) {
        for (const scope of given.scopes) this.grants.push({ scope, atMs: clock.now(), tokens: given.tokens });
      }
      return given;
    };
    return verdict instanceof Promise ? verdict.then(note) : note(verdict);
  }
}

/** USD per million tokens: a call of 100 tokens costs about 0.0002 USD. */
export const PRICES = { 'openai/gpt-4o-mini': { input: 1, output: 3 } };
