/** What the cache did since the start of this process. */
export interface CacheCounts {
  hit: number;
  semantic: number;
  miss: number;
  /** Hits that waited for an identical call instead of making one. */
  coalesced: number;
  stored: number;
  savedNanoUsd: number;
}

/** Counts for each project and for all of them; projects are few. */
export class CacheCounters {
  readonly total: CacheCounts = none();
  readonly #byProject = new Map<string, CacheCounts>();

  count(event: Exclude<keyof CacheCounts, 'savedNanoUsd'>, of: { projectId: string; savedNanoUsd: number }): void {
    let project = this.#byProject.get(of.projectId);
    if (project === undefined) {
      project = none();
      this.#byProject.set(of.projectId, project);
    }
    for (const counts of [project, this.total]) {
      counts[event]++;
      if (event === 'hit' || event === 'semantic') counts.savedNanoUsd += of.savedNanoUsd;
    }
  }

  of(projectId: string | undefined): CacheCounts {
    return projectId === undefined ? this.total : (this.#byProject.get(projectId) ?? none());
  }
}

function none(): CacheCounts {
  return { hit: 0, semantic: 0, miss: 0, coalesced: 0, stored: 0, savedNanoUsd: 0 };
}
