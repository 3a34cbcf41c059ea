import { LRUCache } from 'lru-cache';
import type { Clock } from '../../ports/clock.ts';
import type { SemanticEntry, SemanticIndex, SemanticPartition } from '../../ports/semantic-index.ts';
import { nearest } from '../nearest.ts';

interface Kept extends SemanticEntry {
  readonly expiresMono: number;
}

/** Vectors in this process. Partitions are compared entry by entry, which pays as long as they are bounded. */
export class MemorySemanticIndex implements SemanticIndex {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #partitions = new Map<string, Map<string, Kept>>();
  /** Name of an entry to its partition; the least recently added go first. */
  readonly #order: LRUCache<string, { partition: string; replyHash: string }>;

  constructor(of: { maxEntries: number; clock: Pick<Clock, 'monotonic'> }) {
    this.#clock = of.clock;
    this.#order = new LRUCache({
      max: of.maxEntries,
      dispose: ({ partition, replyHash }) => this.#forget(partition, replyHash),
      noDisposeOnSet: true,
    });
  }

  similar(partition: SemanticPartition, vector: Float32Array, threshold: number): Promise<readonly string[]> {
    const kept = this.#partitions.get(nameOf(partition));
    if (kept === undefined) return NOTHING;
    const now = this.#clock.monotonic();
    return nearest(
      [...kept.values()].filter(({ expiresMono }) => expiresMono > now),
      vector,
      threshold,
    );
  }

  add(partition: SemanticPartition, entry: SemanticEntry, ttlMs: number): void {
    const name = nameOf(partition);
    const kept = this.#partitions.get(name) ?? new Map<string, Kept>();
    kept.set(entry.replyHash, { ...entry, expiresMono: this.#clock.monotonic() + ttlMs });
    this.#partitions.set(name, kept);
    this.#order.set(`${name}:${entry.replyHash}`, { partition: name, replyHash: entry.replyHash });
  }

  async purge(projectId: string): Promise<void> {
    for (const [name, { partition }] of [...this.#order.entries()]) {
      if (partition.startsWith(`${projectId}:`)) this.#order.delete(name);
    }
  }

  entries(): number {
    return this.#order.size;
  }

  #forget(partition: string, replyHash: string): void {
    const kept = this.#partitions.get(partition);
    kept?.delete(replyHash);
    if (kept?.size === 0) this.#partitions.delete(partition);
  }
}

const NOTHING: Promise<readonly string[]> = Promise.resolve([]);

function nameOf({ projectId, hash }: SemanticPartition): string {
  return `${projectId}:${hash}`;
}
