import type { Config } from '../../config/schema.ts';
import { tellShares } from '../../features/budgets/budget-alerts.ts';
import { BudgetBook, OPERATORS_PROJECT } from '../../features/budgets/budget-book.ts';
import { BudgetRefusals } from '../../features/budgets/budget-refusals.ts';
import { BudgetStore } from '../../features/budgets/budget-store.ts';
import { type BudgetView, viewBudget } from '../../features/budgets/budget-views.ts';
import { SpendRestorer } from '../../features/budgets/restore-spend.ts';
import { alertItems } from '../../features/inbox/alert-items.ts';
import { BudgetRaises } from '../../features/inbox/budget-raises.ts';
import { CallApprovals } from '../../features/inbox/call-approvals.ts';
import { LimitBook, type LimitedCall, type LimitRules } from '../../features/limits/limit-book.ts';
import { type LimitView, viewLimits } from '../../features/limits/limit-views.ts';
import { UserStore } from '../../features/limits/user-store.ts';
import { sealedInbox } from '../../features/workflows/sealed-store.ts';
import type { TargetBook } from '../../gateway/routing/targets.ts';
import type { BudgetObserver } from '../../gateway/stages/reserve-budget.ts';
import { type Budget, type BudgetTerms, termsFromUsd } from '../../kernel/budget.ts';
import { toolServerOf } from '../../kernel/tool-server-calls.ts';
import type { AlertSink } from '../../ports/alerts.ts';
import type { ApprovalGate, BudgetInForce, BudgetPauses } from '../../ports/budgets.ts';
import type { Call } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { InboxStore } from '../../ports/inbox.ts';
import type { LimitScope, SharedState } from '../../ports/shared-state.ts';
import type { BoundCounts } from '../../telemetry/metrics/bound-metrics.ts';
import { SEMANTIC_CACHE } from '../caching/embedder.ts';
import type { Stores } from '../stores.ts';
import { openSharedState } from './shared-state.ts';

export interface BoundsParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly stores: Stores;
  /** Asked for each time: it is replaced when configuration changes. */
  readonly targets: () => TargetBook;
  readonly alerts: AlertSink;
  /** Told when Redis goes away and when it is back. */
  readonly reportRedis: (state: 'up' | 'down') => void;
  /** Told of an alert that the inbox did not take. */
  readonly reportInbox: (error: unknown) => void;
  /** In a worker thread: the counters, and who is told of refusals, are the main thread's. */
  readonly thread?: { readonly state: SharedState; readonly noteRefusal: BudgetRefusals['note'] } | undefined;
}

/** What bounds calls: limits on use and budgets of money, their settings and their counters. */
export class Bounds {
  readonly state: SharedState;
  readonly users: UserStore;
  readonly budgets: BudgetStore;
  readonly approvals: ApprovalGate;
  readonly pauses: BudgetPauses;
  readonly #inbox: InboxStore;
  readonly #parts: BoundsParts;
  readonly #restorer: SpendRestorer;
  readonly #budgetBook: BudgetBook;
  /** What budgets refused, for whoever asks why. */
  readonly refusals = new BudgetRefusals();
  #limitBook: LimitBook;
  #config: Config;

  private constructor(parts: BoundsParts, of: { state: SharedState; users: UserStore; budgets: BudgetStore }) {
    this.state = of.state;
    this.users = of.users;
    this.budgets = of.budgets;
    this.#parts = parts;
    this.#config = parts.config;
    this.#restorer = new SpendRestorer(parts.stores.ledger, of.state.budgets);
    const { stores, clock } = parts;
    this.#inbox = sealedInbox(stores.storage.inbox, stores.seal);
    this.approvals = new CallApprovals(this.#inbox, clock);
    const raises = new BudgetRaises(this.#inbox, clock);
    this.pauses = raises;
    this.#budgetBook = new BudgetBook({
      budgets: () => of.budgets.list(),
      version: () => of.budgets.version + raises.version,
      raisedTo: (periodName) => raises.limitOf(periodName),
    });
    this.#limitBook = this.#newLimitBook();
  }

  static async open(parts: BoundsParts): Promise<Bounds> {
    const { stores, clock, config } = parts;
    const users = await UserStore.open(stores.storage, clock);
    const budgets = await BudgetStore.open(stores.storage, clock, fileBudgets(config));
    stores.changes.on('setting:user', () => users.reload());
    stores.changes.on('setting:budget', () => budgets.reload());
    return new Bounds(parts, {
      state: parts.thread?.state ?? (await openSharedState({ ...parts, roll: stores.roll, report: parts.reportRedis })),
      users,
      budgets,
    });
  }

  reload(config: Config): void {
    this.#config = config;
    this.budgets.replaceFileBudgets(fileBudgets(config));
    this.#limitBook = this.#newLimitBook();
  }

  scopes = (call: Call): readonly LimitScope[] => {
    const { caller, attribution, models, wire } = call;
    return this.#limitBook.scopesOf(
      {
        projectId: caller.projectId,
        keyId: caller.keyId,
        keyLimits: caller.limits,
        // A user made one request, not two; the key's limits hold for both.
        userId: wire === SEMANTIC_CACHE ? undefined : attribution.userId,
        wire,
      },
      models[0],
    );
  };

  inForce = (call: Call): readonly BudgetInForce[] => {
    const inForce = this.#budgetBook.inForce({
      projectId: call.caller.projectId,
      keyId: call.caller.keyId,
      keyBudget: call.caller.budget,
      userId: call.attribution.userId,
      toolServer: toolServerOf({ keyId: call.caller.keyId, wire: call.wire }),
      atMs: call.startedAt,
    });
    return call.run === undefined || call.run.budgets.length === 0 ? inForce : [...inForce, ...call.run.budgets];
  };

  restore = (inForce: BudgetInForce): Promise<void> => this.#restorer.restore(inForce);

  whenUnavailable = (): 'refuse' | 'allow' => this.#config.budgets.when_unavailable;

  defaultMaxOutput = (): number => this.#config.budgets.default_max_output;

  tiers = (): readonly string[] => Object.keys(this.#config.limits.tiers);

  /** Writes down and counts what becomes of budgets. */
  observer(metrics: BoundCounts): BudgetObserver {
    const nowMs = () => this.#parts.clock.now();
    const items = alertItems(this.#inbox, this.#parts.reportInbox);
    return {
      refused: (inForce, { wantedNano, shadow, settledNano, reservedNano }) => {
        metrics.budgetRefused(inForce.budget.scope, shadow);
        const refusal = { atMs: nowMs(), wantedNano, shadow, settledNano, reservedNano };
        if (this.#parts.thread === undefined) this.refusals.note(inForce, refusal);
        else this.#parts.thread.noteRefusal(told(inForce), refusal);
      },
      spent: (inForce, { beforeNano, afterNano }) => {
        if (inForce.budget.alertAt.length === 0) return;
        tellShares(
          inForce,
          { beforeNano, afterNano, nowMs: nowMs() },
          {
            send: (alert) => {
              metrics.budgetAlerted(inForce.budget.scope, Number(alert.details.share));
              this.#parts.alerts.send(alert);
              items.send(alert);
            },
          },
        );
      },
    };
  }

  /** Every limit of somebody's calls; without an API those of all of them. */
  async limitViews(
    of: Omit<LimitedCall, 'wire'> & { wire?: string; model?: string | undefined },
  ): Promise<readonly LimitView[]> {
    const wires = of.wire === undefined ? ['', 'sampling', 'llm'] : [of.wire];
    const scopes = new Map<string, LimitScope>();
    for (const wire of wires) {
      for (const scope of this.#limitBook.scopesOf({ ...of, wire }, of.model)) scopes.set(scope.name, scope);
    }
    return viewLimits([...scopes.values()], this.state.limits);
  }

  async budgetViews(of: { projectId: string | undefined; id: string | undefined }): Promise<readonly BudgetView[]> {
    const services = {
      book: this.#budgetBook,
      counters: this.state.budgets,
      restore: this.restore,
      refusals: this.refusals,
      nowMs: () => this.#parts.clock.now(),
    };
    const keys = this.#parts.stores.keys
      .list(of.projectId)
      .flatMap(({ id, projectId, budget }) => ofKey(id, projectId, budget));
    const all = [...this.budgets.list(), ...keys];
    const wanted = of.projectId === undefined ? all : all.filter(({ projectId }) => projectId === of.projectId);
    return Promise.all(wanted.map((budget) => viewBudget(budget, of.id, services)));
  }

  #newLimitBook(): LimitBook {
    return new LimitBook({
      rules: limitRules(this.#config),
      user: (projectId, userId) => this.users.get(projectId, userId),
      usersVersion: () => this.users.version,
      aliases: (model) => aliasesOf(this.#parts.targets(), model),
    });
  }
}

/** What another thread can be told: no functions. */
function told({ budget, period, startsAt }: BudgetInForce): BudgetInForce {
  return { budget, period, startsAt };
}

function ofKey(id: string, projectId: string, terms: BudgetTerms | undefined): Budget[] {
  return terms === undefined ? [] : [{ ...terms, projectId, scope: 'key', id, source: 'key' }];
}

function limitRules({ limits }: Config): LimitRules {
  const { key, user, project, model, tiers, sampling, llm, shadow } = limits;
  return { key, user, project, model, tiers, apis: { sampling, llm }, shadow };
}

function fileBudgets({ budgets, mcp }: Config): Budget[] {
  const ofRules = budgets.rules.map(
    ({ scope, id, project_id, ...terms }): Budget => ({
      ...termsFromUsd(terms),
      projectId: scope === 'project' && id !== '*' ? id : project_id,
      scope,
      id,
      source: 'file',
    }),
  );
  const ofServers = Object.entries(mcp.servers).flatMap(([id, { budget }]): Budget[] =>
    budget === undefined
      ? []
      : [{ ...termsFromUsd(budget), projectId: OPERATORS_PROJECT, scope: 'mcp_server', id, source: 'file' }],
  );
  return [...ofRules, ...ofServers];
}

/** A model goes by several names, and its limits hold under each of them; a route is only itself. */
function aliasesOf(book: TargetBook, name: string): readonly string[] {
  if (book.route(name) !== undefined || !book.isModel(name)) return [];
  const [target] = book.resolve(name, FIRST).candidates;
  return target === undefined ? [] : [`${target.provider.name}/${target.model}`];
}

const FIRST = { random: () => 0, latencyMs: () => undefined, price: () => undefined, sessionPoint: undefined } as const;
