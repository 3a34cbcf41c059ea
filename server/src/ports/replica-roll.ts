/** Who serves from the same database, by name: what shared counters must know before they trust each other. */
export interface ReplicaRoll {
  /** Of this process, random. */
  readonly id: string;
  /** How many serve now, this one included; never waits. */
  count(): number;
  /** Asks the database for the names of all that serve; this one is always among them. */
  names(): Promise<readonly string[]>;
}

/** One process on its own. */
export function onlyReplica(id: string): ReplicaRoll {
  return { id, count: () => 1, names: async () => [id] };
}
