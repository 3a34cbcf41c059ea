import type { Budget, BudgetPeriodName, BudgetScope } from '../../kernel/budget.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Storage } from '../../ports/storage.ts';

const KIND = 'budget';

export interface BudgetPlace {
  readonly projectId: string;
  readonly scope: BudgetScope;
  readonly id: string;
  readonly period: BudgetPeriodName;
}

/** Budgets of the configuration file and budgets made by API; where both are for the same, the file's counts. */
export class BudgetStore {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #made = new Map<string, Budget>();
  #fromFile: ReadonlyMap<string, Budget>;
  #version = 0;

  private constructor(storage: Storage, clock: Clock, file: readonly Budget[]) {
    this.#storage = storage;
    this.#clock = clock;
    this.#fromFile = byPlace(file);
  }

  static async open(storage: Storage, clock: Clock, file: readonly Budget[]): Promise<BudgetStore> {
    const store = new BudgetStore(storage, clock, file);
    await store.reload();
    return store;
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** In a stable order: project, scope, id, period. */
  list(): readonly Budget[] {
    const all = new Map([...this.#made, ...this.#fromFile]);
    return [...all].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, budget]) => budget);
  }

  get(place: BudgetPlace): Budget | undefined {
    const name = placeName(place);
    return this.#fromFile.get(name) ?? this.#made.get(name);
  }

  /** Reads what other replicas wrote. */
  async reload(): Promise<void> {
    const rows = await this.#storage.settings.all(KIND);
    this.#made.clear();
    for (const row of rows) this.#made.set(row.name, JSON.parse(row.value) as Budget);
    this.#version++;
  }

  /** After a reload of the file. */
  replaceFileBudgets(budgets: readonly Budget[]): void {
    this.#fromFile = byPlace(budgets);
    this.#version++;
  }

  /** Throws `conflict` for a budget of the file. */
  async put(budget: Omit<Budget, 'source'>): Promise<Budget> {
    const name = this.#writable(budget);
    const stored: Budget = { ...budget, source: 'api' };
    const value = JSON.stringify(stored);
    await this.#storage.settings.put({ kind: KIND, name, value, updated_at: this.#clock.now() });
    this.#made.set(name, stored);
    this.#version++;
    return stored;
  }

  /** Undefined when there is none. Throws `conflict` for a budget of the file. */
  async delete(place: BudgetPlace): Promise<Budget | undefined> {
    const name = this.#writable(place);
    const known = this.#made.get(name);
    if (!(await this.#storage.settings.delete(KIND, name))) return undefined;
    this.#made.delete(name);
    this.#version++;
    return known;
  }

  #writable(place: BudgetPlace): string {
    const name = placeName(place);
    if (!this.#fromFile.has(name)) return name;
    throw new WeirError('conflict', {
      param: 'id',
      message: `id: this ${place.scope}'s budget per ${place.period} comes from the configuration file (budgets.rules), which wins. Change it there.`,
    });
  }
}

function byPlace(budgets: readonly Budget[]): Map<string, Budget> {
  return new Map(budgets.map((budget) => [placeName(budget), budget]));
}

/** JSON, so that no label can look like two. */
export function placeName({ projectId, scope, id, period }: BudgetPlace): string {
  return JSON.stringify([projectId, scope, id, period]);
}
