import { WeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Storage } from '../../ports/storage.ts';

const KIND = 'route';

/** A model name that resolves to targets, as it is stored and shown. */
export interface StoredRoute {
  readonly name: string;
  readonly strategy: 'fallback' | 'weighted' | 'least-latency' | 'least-cost';
  readonly targets: readonly StoredTarget[];
  /** Limit of a whole call; undefined means the API's own. */
  readonly timeoutMs: number | undefined;
  readonly sticky: boolean;
  /** Do its calls use the cache when neither they nor their key say? Absent: the configuration decides. */
  readonly cache?: boolean | undefined;
  /** file: read-only here. */
  readonly source: 'file' | 'api';
}

export interface StoredTarget {
  /** `provider/model`, or a bare model name. */
  readonly model: string;
  readonly weight: number;
  readonly timeoutMs: number | undefined;
}

/** Routes of the configuration file and routes made by API; where both have a name, the file's counts. */
export class RouteStore {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #made = new Map<string, StoredRoute>();
  #fromFile: ReadonlyMap<string, StoredRoute>;
  readonly #listeners: (() => void)[] = [];

  private constructor(storage: Storage, clock: Clock, fileRoutes: readonly StoredRoute[]) {
    this.#storage = storage;
    this.#clock = clock;
    this.#fromFile = byName(fileRoutes);
  }

  static async open(storage: Storage, clock: Clock, fileRoutes: readonly StoredRoute[]): Promise<RouteStore> {
    const store = new RouteStore(storage, clock, fileRoutes);
    await store.refresh();
    return store;
  }

  /** Reads all routes made by API again, because another process may have changed some. */
  async refresh(): Promise<void> {
    const rows = await this.#storage.settings.all(KIND);
    this.#made.clear();
    for (const row of rows) {
      this.#made.set(row.name, { ...(JSON.parse(row.value) as StoredRoute), name: row.name, source: 'api' });
    }
    this.#changed();
  }

  /** Called after every change, so that the table of targets can be built anew. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** By name. */
  list(): StoredRoute[] {
    const all = new Map([...this.#made, ...this.#fromFile]);
    return [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** After a reload of the file. */
  replaceFileRoutes(routes: readonly StoredRoute[]): void {
    this.#fromFile = byName(routes);
    this.#changed();
  }

  /** Throws `conflict` for a route of the file. */
  async put(route: Omit<StoredRoute, 'source'>): Promise<StoredRoute> {
    this.#refuseFileRoute(route.name);
    const stored: StoredRoute = { ...route, source: 'api' };
    await this.#storage.settings.put({
      kind: KIND,
      name: route.name,
      value: JSON.stringify(stored),
      updated_at: this.#clock.now(),
    });
    this.#made.set(route.name, stored);
    this.#changed();
    return stored;
  }

  /** False when there is none. Throws `conflict` for a route of the file. */
  async delete(name: string): Promise<boolean> {
    this.#refuseFileRoute(name);
    if (!(await this.#storage.settings.delete(KIND, name))) return false;
    this.#made.delete(name);
    this.#changed();
    return true;
  }

  #refuseFileRoute(name: string): void {
    if (!this.#fromFile.has(name)) return;
    throw new WeirError('conflict', {
      param: 'name',
      message: `name: the route "${name}" comes from the configuration file, which wins. Change it there.`,
    });
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function byName(routes: readonly StoredRoute[]): Map<string, StoredRoute> {
  return new Map(routes.map((route) => [route.name, route]));
}
