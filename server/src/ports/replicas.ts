/** The servers that share one database, found by their heartbeats in it. */
export interface Replicas {
  /** Of this one: random per process. */
  readonly id: string;
  /** How many are alive, this one included; as of the last heartbeat, never waits. */
  count(): number;
  /** Asks the database; this one is always among them. */
  live(): Promise<readonly string[]>;
}

/** One process on its own. */
export function onlyReplica(id: string): Replicas {
  return { id, count: () => 1, live: async () => [id] };
}
