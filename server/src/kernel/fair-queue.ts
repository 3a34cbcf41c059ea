interface Entry<T> {
  readonly owner: string;
  readonly size: number;
  readonly item: T;
}

interface Line<T> {
  readonly entries: Entry<T>[];
  /** Size of the entries together. */
  size: number;
}

/**
 * Whose turn it is with something that serves one at a time: the owner that has used it least since it was last free, so
 * that nobody waits longer than for one item of everybody else. Within an owner the first comes first.
 */
export class FairQueue<T> {
  readonly #lines = new Map<string, Line<T>>();
  /** What each owner has used of it. */
  readonly #spent = new Map<string, number>();

  push(entry: Entry<T>): void {
    const { owner, size } = entry;
    const line = this.#lines.get(owner);
    if (line !== undefined) {
      line.entries.push(entry);
      line.size += size;
      return;
    }
    // Who comes back, or comes late, is not ahead of those that wait.
    const least = Math.min(...[...this.#lines.keys()].map((other) => this.#spent.get(other) ?? 0));
    this.#spent.set(owner, Math.max(this.#spent.get(owner) ?? 0, Number.isFinite(least) ? least : 0));
    this.#lines.set(owner, { entries: [entry], size });
  }

  /** The next one; undefined when nobody waits, and then what was used is forgotten. */
  shift(): T | undefined {
    let next: { owner: string; line: Line<T> } | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const [owner, line] of this.#lines) {
      const spent = this.#spent.get(owner) ?? 0;
      if (spent < least) [next, least] = [{ owner, line }, spent];
    }
    const entry = next?.line.entries.shift();
    if (next === undefined || entry === undefined) {
      this.#spent.clear();
      return undefined;
    }
    next.line.size -= entry.size;
    // An owner that goes on stands behind those that used as much.
    this.#lines.delete(next.owner);
    if (next.line.entries.length > 0) this.#lines.set(next.owner, next.line);
    return entry.item;
  }

  /** The owner's item used so much. */
  spend(owner: string, used: number): void {
    this.#spent.set(owner, (this.#spent.get(owner) ?? 0) + used);
  }

  /** Size of what an owner has waiting. */
  waiting(owner: string): number {
    return this.#lines.get(owner)?.size ?? 0;
  }

  /** Nobody waits any more; gives who did. */
  clear(): T[] {
    const left = [...this.#lines.values()].flatMap(({ entries }) => entries.map(({ item }) => item));
    this.#lines.clear();
    return left;
  }
}
