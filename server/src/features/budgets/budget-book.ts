import { type Budget, type BudgetScopeName, type BudgetTerms, periodBounds } from '../../kernel/budget.ts';
import type { BudgetInForce } from '../../ports/budgets.ts';

/** What of a call decides which budgets hold for it. */
export interface BudgetedCall {
  readonly projectId: string;
  readonly keyId: string;
  readonly keyBudget: BudgetTerms | undefined;
  readonly userId: string | undefined;
  /** The tool server that makes the call; absent: none does. */
  readonly toolServer?: string | undefined;
  /** Epoch milliseconds of arrival: the ledger's time of the call decides its period. */
  readonly atMs: number;
}

export interface BudgetBookServices {
  readonly budgets: () => readonly Budget[];
  /** Grows when any of them changes, or a period of one was raised. */
  readonly version: () => number;
  /** The limit that a period was raised to, by its name; absent, or undefined: its budget's. */
  readonly raisedTo?: (periodName: string) => number | undefined;
}

const NONE: readonly BudgetInForce[] = Object.freeze([]);
const EACH = '*';
/** The operator's: budgets of tool servers made there hold for calls of every project. */
export const OPERATORS_PROJECT = 'default';
/** Clients choose user labels: what is kept of them needs a bound. */
const MAX_KEPT = 50_000;

/** What holds for the calls of one key and user, from one instant up to another. */
interface Listed {
  readonly projectId: string;
  readonly keyBudget: BudgetTerms | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly inForce: readonly BudgetInForce[];
}

/**
 * Which budgets hold for a call, each in its present period. Without any budget a look at two numbers; with some, one list
 * per key and user that is made once per period.
 */
export class BudgetBook {
  readonly #services: BudgetBookServices;
  #version = -1;
  #byPlace = new Map<string, readonly Budget[]>();
  readonly #lists = new Map<string, Map<string, Listed>>();
  #listed = 0;
  /** Periods by budget place and id: the same object while the period lasts. */
  readonly #periods = new Map<string, BudgetInForce>();

  constructor(services: BudgetBookServices) {
    this.#services = services;
  }

  /** The same list for as long as the same budgets hold. */
  inForce(call: BudgetedCall): readonly BudgetInForce[] {
    if (this.#services.version() !== this.#version) this.#rebuild();
    if (this.#byPlace.size === 0 && call.keyBudget === undefined) return NONE;
    const known = this.#lists.get(call.keyId)?.get(labelOf(call));
    return known !== undefined && holdsFor(known, call) ? known.inForce : this.#list(call);
  }

  #list(call: BudgetedCall): readonly BudgetInForce[] {
    if (this.#listed >= MAX_KEPT) this.#forgetLists();
    const users = this.#lists.get(call.keyId) ?? new Map<string, Listed>();
    this.#lists.set(call.keyId, users);
    const listed = listedOf(call, this.#find(call));
    users.set(labelOf(call), listed);
    this.#listed++;
    return listed.inForce;
  }

  #find({ keyBudget, projectId, keyId, userId, toolServer, atMs }: BudgetedCall): readonly BudgetInForce[] {
    const found: BudgetInForce[] = [];
    if (keyBudget !== undefined) {
      found.push(this.periodOf({ ...keyBudget, projectId, scope: 'key', id: keyId, source: 'key' }, keyId, atMs));
    }
    this.#add(found, { scope: 'key', id: keyId, projectId, atMs });
    if (userId !== undefined) this.#add(found, { scope: 'user', id: userId, projectId, atMs });
    this.#add(found, { scope: 'project', id: projectId, projectId, atMs });
    if (toolServer !== undefined) {
      for (const owner of new Set([OPERATORS_PROJECT, projectId])) {
        this.#add(found, { scope: 'mcp_server', id: toolServer, projectId: owner, atMs });
      }
    }
    return found.length === 0 ? NONE : found;
  }

  /** A budget for one id in the period that holds the instant. */
  periodOf(budget: Budget, id: string, atMs: number): BudgetInForce {
    const place = `${budget.source === 'key' ? 'own' : ''} ${budget.projectId} ${budget.scope} ${budget.period} ${id}`;
    const known = this.#periods.get(place);
    const isCurrent =
      known !== undefined &&
      known.startsAt <= atMs &&
      atMs < known.period.endsAt &&
      known.period.limitNano === this.#limitOf(budget, known.period.name) &&
      sameTerms(known.budget, budget);
    if (isCurrent) return known;
    const { startsAt, endsAt } = periodBounds(budget.period, atMs);
    const { projectId, scope, shadow } = budget;
    // A key's own budget and one made for it count apart, each against its own limit.
    const owner = budget.source === 'key' ? 'key-own' : scope;
    const counter = `${owner}:${id}:${budget.period}:${startsAt}`;
    const name = `${projectId}:${counter}`;
    const limitNano = this.#limitOf(budget, name);
    const made: BudgetInForce = {
      budget: { ...budget, id, limitNano },
      startsAt,
      period: { projectId, counter, name, limitNano, endsAt, shadow },
    };
    if (this.#periods.size >= MAX_KEPT) this.#periods.clear();
    this.#periods.set(place, made);
    return made;
  }

  #add(found: BudgetInForce[], at: { scope: BudgetScopeName; id: string; projectId: string; atMs: number }): void {
    for (const id of [at.id, EACH]) {
      for (const budget of this.#byPlace.get(`${at.projectId} ${at.scope} ${id}`) ?? NOTHING) {
        const isTaken = id === EACH && found.some(({ budget: own }) => covers(own, budget, at.id));
        if (!isTaken) found.push(this.periodOf(budget, at.id, at.atMs));
      }
    }
  }

  #limitOf({ limitNano }: Budget, periodName: string): number {
    return Math.max(limitNano, this.#services.raisedTo?.(periodName) ?? 0);
  }

  #forgetLists(): void {
    this.#lists.clear();
    this.#listed = 0;
  }

  #rebuild(): void {
    this.#version = this.#services.version();
    this.#forgetLists();
    this.#byPlace = new Map();
    for (const budget of this.#services.budgets()) {
      const place = `${budget.projectId} ${budget.scope} ${budget.id}`;
      this.#byPlace.set(place, [...(this.#byPlace.get(place) ?? []), budget]);
    }
  }
}

const NOTHING: readonly Budget[] = [];

function labelOf({ userId, toolServer }: BudgetedCall): string {
  return toolServer === undefined ? (userId ?? '') : JSON.stringify([toolServer, userId ?? '']);
}

function holdsFor(listed: Listed, { projectId, keyBudget, atMs }: BudgetedCall): boolean {
  const isSame = listed.keyBudget === keyBudget && listed.projectId === projectId;
  return isSame && listed.fromMs <= atMs && atMs < listed.toMs;
}

function listedOf({ projectId, keyBudget }: BudgetedCall, inForce: readonly BudgetInForce[]): Listed {
  return {
    projectId,
    keyBudget,
    fromMs: Math.max(...inForce.map(({ startsAt }) => startsAt)),
    toMs: Math.min(...inForce.map(({ period }) => period.endsAt)),
    inForce,
  };
}

/** A budget for somebody by name stands in the place of the one for each. */
function covers(own: Budget, each: Budget, id: string): boolean {
  return own.source !== 'key' && own.scope === each.scope && own.period === each.period && own.id === id;
}

function sameTerms(left: Budget, right: Budget): boolean {
  return (
    left.onExceed === right.onExceed &&
    left.degradeTo === right.degradeTo &&
    left.approveAboveNano === right.approveAboveNano &&
    left.shadow === right.shadow &&
    left.alertAt.length === right.alertAt.length &&
    left.alertAt.every((share, at) => share === right.alertAt[at])
  );
}
