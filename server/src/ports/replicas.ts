/** The processes that serve from the same database. */
export interface Replicas {
  /** Of this process: random at each start. */
  readonly id: string;
  /**
   * How many serve now, this one included: at least 1. Never waits; while the database does not answer it stays what it was.
   * A replica that was killed counts for ten seconds more.
   */
  live(): number;
  /** Asks the database who they are; this one is always among them. */
  names(): Promise<readonly string[]>;
  /** Called with the new number when it changes. */
  onChange(listener: (live: number) => void): void;
}

/** One process on its own. */
export function onlyReplica(id: string): Replicas {
  return { id, live: () => 1, names: async () => [id], onChange: () => {} };
}
