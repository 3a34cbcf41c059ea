/** Tells what other processes changed of the rows that this one holds in memory. */
export interface Changes {
  /**
   * `refresh` reads rows of the kind again: the named ones, or all when `names` is undefined. Runs one at a time per kind,
   * within a second of the change, also for the changes that this process made itself; one that fails is run again.
   * Kinds: `keys`, `projects`, `credentials`, `setting:<kind>`, `log-services` (named by their ids), `prompts` (named by `changedPrompt`), and `runs`, which may be
   * missed: workflow runs that became due.
   */
  on(kind: string, refresh: Refresh): void;
  /** Milliseconds since this process last knew that it had missed nothing; 0 when it is the only one. */
  ageMs(): number;
}

export type Refresh = (names: readonly string[] | undefined) => Promise<void>;
