import type { Severity } from './severity.ts';

/** Errors of one signature that were not logged one by one. */
export interface FoldedErrors {
  readonly severity: Severity | undefined;
  /** The first of them. */
  readonly text: string;
  readonly count: number;
  /** Unix ms of the first and the last. */
  readonly firstMs: number;
  readonly lastMs: number;
}

interface ErrorLine {
  readonly signature: number;
  readonly severity: Severity | undefined;
  readonly text: string;
  readonly nowMs: number;
}

interface Storm {
  windowStartMs: number;
  inWindow: number;
  folded: FoldedErrors | undefined;
}

const SECOND_MS = 1000;
/** Storms followed at once; errors of further signatures are kept. */
const MOST_STORMS = 1000;

/** Counts errors of one signature beyond so many a second, and hands the counts on: nothing goes uncounted. */
export class ErrorFolding {
  readonly #log: (folded: FoldedErrors) => void;
  readonly #storms = new Map<number, Storm>();
  #timer: NodeJS.Timeout | undefined;
  /** What is logged now is the count itself, which must not be folded again. */
  isLogging = false;

  constructor(log: (folded: FoldedErrors) => void) {
    this.#log = log;
  }

  /** False: the line is counted and must not be logged. */
  admits(line: ErrorLine, perSecond: number): boolean {
    const storm = this.#stormOf(line);
    if (storm === undefined) return true;
    const windowMs = Math.max(SECOND_MS, SECOND_MS / perSecond);
    if (line.nowMs - storm.windowStartMs >= windowMs) {
      storm.windowStartMs = line.nowMs;
      storm.inWindow = 0;
    }
    if (storm.inWindow < Math.max(1, Math.floor(perSecond))) {
      storm.inWindow++;
      return true;
    }
    const { severity, text, nowMs } = line;
    const { folded = { severity, text, count: 0, firstMs: nowMs } } = storm;
    storm.folded = { ...folded, count: folded.count + 1, lastMs: nowMs };
    this.#timer ??= setTimeout(() => this.flush(), SECOND_MS).unref();
    return false;
  }

  /** Logs the counts so far. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [signature, { folded }] of this.#storms) {
      this.#storms.delete(signature);
      if (folded === undefined) continue;
      this.isLogging = true;
      try {
        this.#log(folded);
      } catch {
        // An application that cannot log its errors has nobody to tell.
      } finally {
        this.isLogging = false;
      }
    }
  }

  #stormOf({ signature, nowMs }: ErrorLine): Storm | undefined {
    const known = this.#storms.get(signature);
    if (known !== undefined || this.#storms.size >= MOST_STORMS) return known;
    const storm = { windowStartMs: nowMs, inWindow: 0, folded: undefined };
    this.#storms.set(signature, storm);
    return storm;
  }
}
