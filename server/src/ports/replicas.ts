/** The processes that serve from the same database. */
export interface Replicas {
  /**
   * How many serve now, this one included: at least 1. Never waits; while the database does not answer it stays what it was.
   * A replica that was killed counts for ten seconds more.
   */
  live(): number;
  /**
   * True for the one that has served longest, for work that one should do for all. When replicas come and go there may be
   * none or two for some seconds: the work must bear that.
   */
  isFirst(): boolean;
  /** Called with the new number when it changes. */
  onChange(listener: (live: number) => void): void;
}

/** One process on its own. */
export const onlyReplica: Replicas = { live: () => 1, isFirst: () => true, onChange: () => {} };
