import type { LogLine, LogSource } from '../../../ports/log-source.ts';

/** Name of the source that this is. */
export const PUSHED = 'pushed';

interface Push {
  readonly at: number;
  readonly lines: readonly LogLine[];
  readonly bytes: number;
}

const MOST_BYTES = 64 * 2 ** 20;
const BATCH = 1000;

/** Lines that clients sent to be looked at, in memory; the oldest go when there is too much. */
export class PushedLines {
  readonly #pushes = new Map<string, Push[]>();
  #bytes = 0;

  /** `at`: when they came, Unix milliseconds. */
  push(projectId: string, service: string, of: { lines: readonly LogLine[]; at: number }): void {
    const bytes = of.lines.reduce((sum, line) => sum + line.bytes, 0);
    const key = keyOf(projectId, service);
    const pushes = this.#pushes.get(key) ?? [];
    // Who pushed last is forgotten last.
    this.#pushes.delete(key);
    this.#pushes.set(key, pushes);
    pushes.push({ ...of, bytes });
    this.#bytes += bytes;
    while (this.#bytes > MOST_BYTES) this.#forgetOldest();
  }

  has(projectId: string, service: string): boolean {
    return this.#pushes.has(keyOf(projectId, service));
  }

  /** The source as one project sees it; the window is of when lines came, because lines may be of any time. */
  of(projectId: string): LogSource {
    const pushesOf = (service: string | undefined) => this.#pushes.get(keyOf(projectId, service ?? '')) ?? [];
    return {
      name: PUSHED,
      async *read({ service, from, to }, signal) {
        for (const { at, lines } of [...pushesOf(service)]) {
          if (at < from || at >= to) continue;
          for (let start = 0; start < lines.length && !signal.aborted; start += BATCH) {
            yield lines.slice(start, start + BATCH);
          }
        }
      },
    };
  }

  #forgetOldest(): void {
    const [key, pushes] = this.#pushes.entries().next().value ?? [];
    if (key === undefined || pushes === undefined) return;
    this.#bytes -= pushes.shift()?.bytes ?? 0;
    if (pushes.length === 0) this.#pushes.delete(key);
  }
}

function keyOf(projectId: string, service: string): string {
  return `${projectId}\n${service}`;
}
