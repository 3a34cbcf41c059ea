import type { Changes, Refresh } from '../ports/changes.ts';

/** What a thread holds in memory of rows that another thread writes. */
export interface RemoteChanges extends Changes {
  /** Reads rows of the kind again; resolves when everybody in this thread has. */
  refresh(kind: string, names: readonly string[] | undefined): Promise<void>;
  /** Everything, for what changed before somebody listened. */
  refreshAll(): Promise<void>;
  /** The other thread was up to date with other processes so many milliseconds ago. */
  age(milliseconds: number): void;
}

/** Changes as another thread tells them. `monotonic` is this thread's clock, in milliseconds. */
export function remoteChanges(monotonic: () => number): RemoteChanges {
  const kinds = new Map<string, { refreshes: Refresh[]; last: Promise<void> }>();
  let upToDateAt: number | undefined;
  const refresh = (kind: string, names: readonly string[] | undefined): Promise<void> => {
    const known = kinds.get(kind);
    if (known === undefined) return Promise.resolve();
    const run = async () => {
      for (const each of known.refreshes) await each(names);
    };
    const running = known.last.then(run);
    known.last = running.catch(() => undefined);
    return running;
  };
  return {
    on(kind, reads) {
      const known = kinds.get(kind) ?? { refreshes: [], last: Promise.resolve() };
      known.refreshes.push(reads);
      kinds.set(kind, known);
    },
    ageMs: () => (upToDateAt === undefined ? 0 : monotonic() - upToDateAt),
    refresh,
    async refreshAll() {
      await Promise.all([...kinds.keys()].map((kind) => refresh(kind, undefined)));
    },
    age(milliseconds) {
      upToDateAt = monotonic() - milliseconds;
    },
  };
}
