interface Waiting {
  readonly id: string;
  readonly projectId: string;
  readonly go: () => void;
}

/** Each batch that runs has its whole file in memory: so many of one project, and of all, run at the same time. */
export class BatchTurns {
  readonly #mostOfProject: number;
  readonly #most: number;
  /** Those that run: id to project. */
  readonly #running = new Map<string, string>();
  #waiting: Waiting[] = [];
  #closed = false;

  constructor(of: { mostOfProject: number; most: number }) {
    this.#mostOfProject = of.mostOfProject;
    this.#most = of.most;
  }

  /** Resolves when the batch may run; those that came first go first, within their project's share. */
  take(id: string, projectId: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ id, projectId, go: resolve });
      this.#next();
    });
  }

  release(id: string): void {
    this.#running.delete(id);
    this.#next();
  }

  /** One that has nothing to run any more need not wait. */
  skip(id: string): void {
    this.#let((waiting) => waiting.id === id);
  }

  /** Nobody waits any more. */
  close(): void {
    this.#closed = true;
    this.#next();
  }

  #next(): void {
    this.#let(({ id, projectId }) => {
      if (!this.#closed && !this.#hasRoom(projectId)) return false;
      this.#running.set(id, projectId);
      return true;
    });
  }

  #let(may: (waiting: Waiting) => boolean): void {
    const left: Waiting[] = [];
    for (const waiting of this.#waiting) {
      if (may(waiting)) waiting.go();
      else left.push(waiting);
    }
    this.#waiting = left;
  }

  #hasRoom(projectId: string): boolean {
    if (this.#running.size >= this.#most) return false;
    let ofProject = 0;
    for (const running of this.#running.values()) if (running === projectId) ofProject++;
    return ofProject < this.#mostOfProject;
  }
}
