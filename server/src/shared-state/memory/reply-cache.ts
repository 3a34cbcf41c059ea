import { LRUCache } from 'lru-cache';
import type { Clock } from '../../ports/clock.ts';
import type { CachedReply, ReplyCache, ReplyCacheState, ReplyKey } from '../../ports/reply-cache.ts';

interface Entry {
  readonly reply: CachedReply;
  readonly expiresMono: number;
}

/** What an entry takes besides its body, in bytes: keys, objects, findings. */
const ENTRY_OVERHEAD = 1024;
/** Keys looked at per turn of the event loop while a project is purged. */
const PURGE_SLICE = 2000;

/** Replies in this process, the least recently used go first when the bytes run out. */
export class MemoryReplyCache implements ReplyCache {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #entries: LRUCache<string, Entry>;

  constructor(of: { maxBytes: number; clock: Pick<Clock, 'monotonic'> }) {
    this.#clock = of.clock;
    this.#entries = new LRUCache({ maxSize: of.maxBytes, sizeCalculation: sizeOf });
  }

  isUp(): boolean {
    return true;
  }

  get(key: ReplyKey): CachedReply | undefined {
    const name = nameOf(key);
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.expiresMono > this.#clock.monotonic()) return entry.reply;
    this.#entries.delete(name);
    return undefined;
  }

  put(key: ReplyKey, reply: CachedReply, ttlMs: number): void {
    this.#entries.set(nameOf(key), { reply, expiresMono: this.#clock.monotonic() + ttlMs });
  }

  /** In slices, so that a large cache holds nobody up. */
  async purge(projectId: string): Promise<number> {
    const prefix = `${projectId}:`;
    let purged = 0;
    let looked = 0;
    for (const name of [...this.#entries.keys()]) {
      if (name.startsWith(prefix) && this.#entries.delete(name)) purged++;
      if (++looked % PURGE_SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return purged;
  }

  state(): ReplyCacheState {
    const { size, calculatedSize } = this.#entries;
    return { backend: 'memory', isUp: true, entries: size, bytes: calculatedSize, failures: 0 };
  }

  async close(): Promise<void> {
    this.#entries.clear();
  }
}

function nameOf({ projectId, hash }: ReplyKey): string {
  return `${projectId}:${hash}`;
}

function sizeOf({ reply }: Entry): number {
  return reply.body.length + ENTRY_OVERHEAD;
}
