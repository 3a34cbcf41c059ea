import { type Answer, exchange } from './exchange.ts';
import { backoffMs, pause } from './pause.ts';
import { endpoint, type ServerAddress, serverHeaders } from './server-address.ts';

export interface PolicyFeedOptions extends ServerAddress {
  /** A policy document, as it came. */
  readonly onPolicy: (raw: unknown) => void;
  /** The server knows no policy for this service. */
  readonly onNoPolicy: () => void;
  /** The server answered: what we have is what it has. */
  readonly onContact: () => void;
  readonly onProblem: (problem: string) => void;
}

/** Seconds the server may hold a question until there is news. */
const WAIT_SECONDS = 25;
const TIMEOUT_MS = (WAIT_SECONDS + 10) * 1000;
/** Between questions to a server that answers at once instead of holding them. */
const POLL_MS = 4000;

/**
 * Asks for the policy, again and again: the server holds a question until the policy changes, so that a change is here
 * in a moment. Holds no process, throws nothing, and backs off from a server that does not answer.
 */
export class PolicyFeed {
  readonly #options: PolicyFeedOptions;
  readonly #end = new AbortController();
  #etag: string | undefined;

  constructor(options: PolicyFeedOptions) {
    this.#options = options;
    void this.#run();
  }

  close(): void {
    this.#end.abort();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#end.signal.aborted) {
      const startedMs = performance.now();
      let pauseMs: number;
      try {
        const hasNews = this.#take(await this.#ask());
        failures = 0;
        const wasHeld = performance.now() - startedMs > POLL_MS;
        pauseMs = hasNews || wasHeld ? 0 : POLL_MS;
      } catch (thrown) {
        if (this.#end.signal.aborted) return;
        this.#options.onProblem(`no policy from Weir: ${reasonOf(thrown)}`);
        pauseMs = Math.max(backoffMs(failures++), thrown instanceof Refusal ? (thrown.retryAfterMs ?? 0) : 0);
      }
      await pause(pauseMs, this.#end.signal);
    }
  }

  async #ask(): Promise<Answer> {
    const path = `api/v1/policies/${encodeURIComponent(this.#options.service)}?wait=${WAIT_SECONDS}`;
    return await exchange({
      method: 'GET',
      url: endpoint(this.#options, path),
      headers: {
        ...serverHeaders(this.#options),
        ...(this.#etag === undefined ? {} : { 'if-none-match': this.#etag }),
      },
      timeoutMs: TIMEOUT_MS,
      holdsProcess: false,
      signal: this.#end.signal,
    });
  }

  /** Whether the answer was a policy we did not have. */
  #take({ status, etag, retryAfterMs, body }: Answer): boolean {
    if (status === 404) {
      this.#etag = undefined;
      this.#options.onNoPolicy();
    } else if (status === 200) {
      const raw: unknown = JSON.parse(body);
      this.#options.onPolicy(raw);
      const isNews = etag !== undefined && etag !== this.#etag;
      this.#etag = etag;
      this.#options.onContact();
      return isNews;
    } else if (status !== 304) throw new Refusal(status, retryAfterMs);
    this.#options.onContact();
    return false;
  }
}

class Refusal extends Error {
  readonly retryAfterMs: number | undefined;

  constructor(status: number, retryAfterMs: number | undefined) {
    super(`it answered with status ${status}`);
    this.retryAfterMs = retryAfterMs;
  }
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof SyntaxError) return 'its answer is no JSON';
  return thrown instanceof Error ? thrown.message || thrown.name : 'unknown';
}
