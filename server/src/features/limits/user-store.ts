import type { Limits } from '../../kernel/limits.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Storage } from '../../ports/storage.ts';

const KIND = 'user';

/** What is set for one end user of a project. */
export interface UserSettings {
  readonly projectId: string;
  readonly id: string;
  /** Name of a tier of the configuration; null: none. */
  readonly tier: string | null;
  /** Replace those of the tier and of the configuration, name by name. */
  readonly limits: Limits;
}

/** Users that have something set, in memory; the database is written first. */
export class UserStore {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #byProject = new Map<string, Map<string, UserSettings>>();
  #version = 0;

  private constructor(storage: Storage, clock: Clock) {
    this.#storage = storage;
    this.#clock = clock;
  }

  static async open(storage: Storage, clock: Clock): Promise<UserStore> {
    const store = new UserStore(storage, clock);
    await store.reload();
    return store;
  }

  /** Grows with every change, so that what was derived from the settings can be made anew. */
  get version(): number {
    return this.#version;
  }

  /** Reads what other replicas wrote. */
  async reload(): Promise<void> {
    const rows = await this.#storage.settings.all(KIND);
    this.#byProject.clear();
    for (const row of rows) this.#remember(JSON.parse(row.value) as UserSettings);
    this.#version++;
  }

  get(projectId: string, id: string): UserSettings | undefined {
    return this.#byProject.get(projectId)?.get(id);
  }

  async put(settings: UserSettings): Promise<void> {
    await this.#storage.settings.put({
      kind: KIND,
      name: JSON.stringify([settings.projectId, settings.id]),
      value: JSON.stringify(settings),
      updated_at: this.#clock.now(),
    });
    this.#remember(settings);
    this.#version++;
  }

  #remember(settings: UserSettings): void {
    const users = this.#byProject.get(settings.projectId) ?? new Map<string, UserSettings>();
    users.set(settings.id, settings);
    this.#byProject.set(settings.projectId, users);
  }
}
