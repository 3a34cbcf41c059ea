import type { LogLine, LogSource } from '../ports/log-source.ts';

/** Whose lines they are. */
export interface LinePlace {
  /** Who may see them: a project, or a source. */
  readonly owner: string;
  readonly service: string;
}

interface Batch {
  /** When it came, Unix milliseconds: the time of lines that have none. */
  readonly at: number;
  readonly lines: readonly LogLine[];
  readonly bytes: number;
}

interface Batches {
  readonly owner: string;
  bytes: number;
  /** Oldest first. */
  readonly list: Batch[];
}

const BATCH_LINES = 1000;
/** What a line and a service take besides their text, by measurement of heap sizes. */
const LINE_BYTES = 200;
const SERVICE_BYTES = 2000;

/**
 * Lines that came by themselves, in memory. When there are too many the service with the most gives up its oldest ones, so a loud
 * service never costs a quiet one its lines.
 */
export class LineWindow {
  readonly #maxBytes: number;
  readonly #services = new Map<string, Batches>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** `at`: when they came, Unix milliseconds. */
  add(place: LinePlace, of: { lines: readonly LogLine[]; at: number }): void {
    if (of.lines.length === 0) return;
    const batches = this.#batchesOf(place);
    for (let start = 0; start < of.lines.length; start += BATCH_LINES) {
      const lines = of.lines.slice(start, start + BATCH_LINES);
      const bytes = lines.reduce((sum, line) => sum + Math.max(line.bytes, line.body.length) + LINE_BYTES, 0);
      batches.list.push({ at: of.at, lines, bytes });
      batches.bytes += bytes;
      this.#bytes += bytes;
    }
    if (this.#bytes > this.#maxBytes) this.#shrink();
  }

  /** Are there lines of this owner? */
  has(owner: string): boolean {
    for (const batches of this.#services.values()) if (batches.owner === owner) return true;
    return false;
  }

  forget(owner: string): void {
    for (const [key, batches] of this.#services) if (batches.owner === owner) this.#drop(key, batches);
  }

  /** The lines of an owner as a source. `placeOf` gives the service under which lines of the asked one are kept; undefined: nowhere. */
  source(name: string, owner: string, placeOf: (asked: string | undefined) => string | undefined): LogSource {
    const batchesOf = (asked: string | undefined) => {
      const service = placeOf(asked);
      return service === undefined ? undefined : this.#services.get(keyOf({ owner, service }));
    };
    return {
      name,
      async *read({ service, from, to }, signal) {
        for (const { at, lines } of [...(batchesOf(service)?.list ?? [])]) {
          signal.throwIfAborted();
          const within = lines.filter(({ time = at }) => time >= from && time < to);
          if (within.length > 0) yield within;
        }
      },
    };
  }

  #batchesOf(place: LinePlace): Batches {
    const key = keyOf(place);
    const known = this.#services.get(key);
    if (known !== undefined) return known;
    const made = { owner: place.owner, bytes: SERVICE_BYTES, list: [] };
    this.#services.set(key, made);
    this.#bytes += SERVICE_BYTES;
    return made;
  }

  /** Makes a little more room than is needed, because it looks at every service. */
  #shrink(): void {
    const enough = this.#maxBytes - this.#maxBytes / 16;
    while (this.#bytes > enough) {
      let largest: [string, Batches] | undefined;
      for (const entry of this.#services) if (entry[1].bytes > (largest?.[1].bytes ?? 0)) largest = entry;
      if (largest === undefined) return;
      const [key, batches] = largest;
      const gone = batches.list.shift();
      batches.bytes -= gone?.bytes ?? 0;
      this.#bytes -= gone?.bytes ?? 0;
      if (batches.list.length === 0) this.#drop(key, batches);
    }
  }

  #drop(key: string, batches: Batches): void {
    this.#services.delete(key);
    this.#bytes -= batches.bytes;
  }
}

function keyOf({ owner, service }: LinePlace): string {
  return `${owner}\n${service}`;
}
