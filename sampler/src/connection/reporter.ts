import type { Pattern } from '../pattern.ts';
import { formatSignature } from '../signature.ts';
import { exchange } from './exchange.ts';
import { endpoint, type ServerAddress, serverHeaders } from './server-address.ts';

export interface ReporterOptions extends ServerAddress {
  /** Milliseconds between two summaries. */
  readonly everyMs: number;
  /** The counts since the last call; they start anew. */
  readonly take: () => Pattern[];
  /** Counts that did not arrive, to be part of the next summary. */
  readonly giveBack: (patterns: readonly Pattern[]) => void;
  readonly onProblem: (problem: string) => void;
  readonly now: () => number;
}

const TIMEOUT_MS = 5000;
const MOST_ROWS = 1000;

/** Sends what was counted per signature, once in a while and when the process has nothing left to do. */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #onExit = (): void => void this.send();
  #sinceMs: number;
  #sending: Promise<void> | undefined;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#sinceMs = options.now();
    this.#timer = setInterval(() => void this.send(), options.everyMs).unref();
    process.once('beforeExit', this.#onExit);
  }

  /** Resolves when everything counted until now arrived or failed; never rejects. */
  async send(): Promise<void> {
    await this.#sending;
    this.#sending = this.#sendAll();
    await this.#sending;
    this.#sending = undefined;
  }

  close(): void {
    clearInterval(this.#timer);
    process.removeListener('beforeExit', this.#onExit);
  }

  async #sendAll(): Promise<void> {
    const patterns = this.#options.take();
    const untilMs = this.#options.now();
    while (patterns.length > 0) {
      const some = patterns.splice(0, MOST_ROWS);
      try {
        await this.#post(some, untilMs);
      } catch (thrown) {
        this.#options.giveBack([...some, ...patterns]);
        this.#options.onProblem(`Weir did not take the summary: ${(thrown as Error).message}`);
        return;
      }
    }
    this.#sinceMs = untilMs;
  }

  async #post(patterns: readonly Pattern[], untilMs: number): Promise<void> {
    const { service } = this.#options;
    const rows = patterns.map((pattern) => statOf(pattern, this.#sinceMs, untilMs));
    const { status } = await exchange({
      method: 'POST',
      url: endpoint(this.#options, 'api/v1/patterns/stats'),
      headers: serverHeaders(this.#options),
      body: JSON.stringify({
        service_name: service,
        total_logs: rows.reduce((total, { count }) => total + count, 0),
        unique_patterns: rows.length,
        patterns: rows,
      }),
      timeoutMs: TIMEOUT_MS,
      holdsProcess: true,
      signal: new AbortController().signal,
    });
    if (status < 200 || status > 299) throw new Error(`it answered with status ${status}`);
  }
}

/** One signature's row, as `@weir/contract` names it. */
export interface PatternRow {
  readonly signature: string;
  readonly count: number;
  readonly sampled_count: number;
  readonly severities: Readonly<Record<string, number>>;
  readonly first_seen: number;
  readonly last_seen: number;
  readonly example?: string;
}

function statOf(pattern: Pattern, sinceMs: number, untilMs: number): PatternRow {
  const { debug, info, warning, error, critical } = pattern;
  const severities = Object.entries({ DEBUG: debug, INFO: info, WARNING: warning, ERROR: error, CRITICAL: critical });
  return {
    signature: formatSignature(pattern.signature),
    count: pattern.seen,
    sampled_count: pattern.kept,
    severities: Object.fromEntries(severities.filter(([, count]) => count > 0)),
    // Lines kept without a look at the clock were within the time of the report.
    first_seen: (pattern.firstMs || sinceMs) / 1000,
    last_seen: (pattern.lastMs || untilMs) / 1000,
    ...(pattern.example === undefined ? {} : { example: pattern.example }),
  };
}
