import type { IncomingHttpHeaders } from 'node:http';

/** What one request looked like when it arrived, and how it ended. */
export interface JournalEntry {
  /** Counts up from 1 for the life of the simulator; never reused after a clear. */
  id: number;
  method: string;
  /** Path with its query string, exactly as sent. */
  path: string;
  /** Lower-case names; credentials included, because tests ask which one was sent. */
  headers: IncomingHttpHeaders;
  /** Parsed JSON; for multipart `{fields, files}`; text when it is neither; null when empty or not read yet. */
  body: unknown;
  /** Size of the body as sent. */
  bytes: number;
  /** Epoch milliseconds at arrival. */
  at: number;
  /** True when the connection went away, from either side, before the reply was complete. */
  aborted: boolean;
  /** True when the reply was handed over completely. */
  finished: boolean;
  /** HTTP status sent; absent while none was sent. */
  status?: number;
  /** Name of the scripted fault that met this request; absent when none did. */
  fault?: string;
}

const MOST_BYTES = 64 * 1024 * 1024;

/** The last requests, oldest first. When there are too many, or their bodies weigh too much, the oldest are forgotten. */
export class Journal {
  #entries: JournalEntry[] = [];
  #lastId = 0;
  #bytes = 0;
  #watchers: (() => void)[] = [];
  readonly #capacity: number;

  constructor(capacity = 1000) {
    this.#capacity = capacity;
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  open(entry: Pick<JournalEntry, 'method' | 'path' | 'headers' | 'at'>): JournalEntry {
    this.#lastId += 1;
    const opened = { id: this.#lastId, ...entry, body: null, bytes: 0, aborted: false, finished: false };
    this.#entries.push(opened);
    this.#forget();
    this.#changed();
    return opened;
  }

  update(entry: JournalEntry, change: Partial<Omit<JournalEntry, 'id'>>): void {
    Object.assign(entry, change);
    this.#changed();
  }

  clear(): void {
    this.#entries = [];
    this.#bytes = 0;
  }

  /** The body has been read. */
  received(entry: JournalEntry, body: unknown, bytes: number): void {
    if (this.#entries.includes(entry)) this.#bytes += bytes;
    this.update(entry, { body, bytes });
    this.#forget();
  }

  /** Resolves with the first entry that satisfies the condition, now or later. Never rejects: give the test a limit. */
  until(condition: (entry: JournalEntry) => boolean): Promise<JournalEntry> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.#entries.find(condition);
        if (!found) return;
        this.#watchers = this.#watchers.filter((watcher) => watcher !== look);
        resolve(found);
      };
      this.#watchers.push(look);
      look();
    });
  }

  #forget(): void {
    while (this.#entries.length > this.#capacity || (this.#bytes > MOST_BYTES && this.#entries.length > 1)) {
      this.#bytes -= this.#entries.shift()?.bytes ?? 0;
    }
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
