import { isWeirError, WeirError } from '../../kernel/errors.ts';
import { uuidV7 } from '../../kernel/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProjectRow, Storage } from '../../ports/storage.ts';
import { DEFAULT_PROJECT } from './key-store.ts';

/** Projects are the tenants; `default` exists from the start. */
export class ProjectStore {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #rows: Map<string, ProjectRow>;

  private constructor(storage: Storage, clock: Clock, rows: readonly ProjectRow[]) {
    this.#storage = storage;
    this.#clock = clock;
    this.#rows = new Map(rows.map((row) => [row.id, row]));
  }

  static async open(storage: Storage, clock: Clock): Promise<ProjectStore> {
    const store = new ProjectStore(storage, clock, await storage.projects.all());
    if (!store.exists(DEFAULT_PROJECT)) {
      await store.#insertDefault();
    }
    return store;
  }

  /** Reads all projects again, because another process may have made some. */
  async refresh(): Promise<void> {
    for (const row of await this.#storage.projects.all()) this.#rows.set(row.id, row);
  }

  exists(id: string): boolean {
    return this.#rows.has(id);
  }

  list(): ProjectRow[] {
    return [...this.#rows.values()].sort((a, b) => a.created_at - b.created_at);
  }

  async create(name: string): Promise<ProjectRow> {
    if (this.list().some((row) => row.name === name)) {
      throw new WeirError('conflict', { param: 'name', message: `name: a project called "${name}" exists already.` });
    }
    const row = { id: `proj_${uuidV7(this.#clock.now()).replaceAll('-', '')}`, name, created_at: this.#clock.now() };
    await this.#insert(row);
    return row;
  }

  /** Of several processes that start at once on an empty database one makes it. */
  async #insertDefault(): Promise<void> {
    try {
      await this.#insert({ id: DEFAULT_PROJECT, name: DEFAULT_PROJECT, created_at: this.#clock.now() });
    } catch (error) {
      if (!isWeirError(error) || error.code !== 'conflict') throw error;
      await this.refresh();
    }
  }

  async #insert(row: ProjectRow): Promise<void> {
    await this.#storage.projects.insert(row);
    this.#rows.set(row.id, row);
  }
}
