import { CoarseClock } from './coarse-clock.ts';
import { PolicyFeed } from './connection/policy-feed.ts';
import { Reporter } from './connection/reporter.ts';
import { type CompiledPolicy, compilePolicy, KEEP_EVERYTHING } from './decision.ts';
import { readEnvironment } from './environment.ts';
import { ErrorFolding, type FoldedErrors } from './error-folding.ts';
import { Pattern } from './pattern.ts';
import { PatternMemo } from './pattern-memo.ts';
import { PatternTable } from './pattern-table.ts';
import { isKeptAt, keyRandomness, traceRandomness } from './randomness.ts';
import { currentScope } from './scope.ts';
import { isProtected, type Severity } from './severity.ts';
import { Stamp } from './stamp.ts';

/** Everything has a default; without a service or a server the sampler keeps every line and counts. */
export interface SamplerOptions {
  /** Whose policy to apply; default WEIR_SERVICE, OTEL_SERVICE_NAME. */
  readonly service?: string | undefined;
  /** Where Weir is: `http://weir:8080`; default WEIR_URL. */
  readonly url?: string | undefined;
  /** Default WEIR_API_KEY. */
  readonly apiKey?: string | undefined;
  /** A policy document to begin with, as `weir logs policy --out` writes it. */
  readonly policy?: unknown;
  /** Milliseconds without word from the server after which everything is kept; default a day. Not for a given policy. */
  readonly staleAfterMs?: number | undefined;
  /** Milliseconds between two summaries; default a minute. */
  readonly reportEveryMs?: number | undefined;
  /** Signatures remembered at most; default 10,000. */
  readonly mostPatterns?: number | undefined;
  /** The trace that is running now, for lines that do not say; an OpenTelemetry application asks its active span. */
  readonly traceId?: (() => string | undefined) | undefined;
  /**
   * Beyond the policy's `fold_errors_per_second`, errors of one signature are not kept one by one but counted, and the
   * count is handed to this function to be logged. Without it every error is kept, whatever the policy says.
   */
  readonly foldErrors?: ((folded: FoldedErrors) => void) | undefined;
  /** Told what does not work, once for each change; default: nobody. */
  readonly onProblem?: ((problem: string) => void) | undefined;
  /** From 0 to below 1; default Math.random. */
  readonly random?: (() => number) | undefined;
  /** Unix milliseconds; default the system's clock. */
  readonly now?: (() => number) | undefined;
}

/** What is known of a line besides severity and text. */
export interface Origin {
  /** 32 hexadecimal digits; lines of one trace share one fate at equal rates. */
  readonly traceId?: string | undefined;
  /** What lines share where there is no trace: the id of a request or a session. */
  readonly key?: string | undefined;
  /** The line carries an exception: it is kept. */
  readonly hasException?: boolean | undefined;
  /** Where the text is a format string: the message made of it, as the server sees it. Asked for a few times only. */
  readonly formatted?: (() => string) | undefined;
}

/** Lines seen and kept since the start. */
export interface SamplerCounts {
  readonly seen: number;
  readonly kept: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const MOST_PATTERNS = 10_000;
/** The row of a summary for lines whose signature is not known: protected ones, and those of forgotten patterns. */
const NO_SIGNATURE = 0;
const NO_TRACE = -1;

/** Decides which lines an application keeps. Neither throws nor waits, whatever happens to server, policy or line. */
export class Sampler {
  readonly service: string | undefined;
  readonly #options: SamplerOptions;
  readonly #clock = new CoarseClock();
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #patterns: PatternTable;
  readonly #memo: PatternMemo;
  readonly #others = new Pattern(NO_SIGNATURE);
  readonly #folding: ErrorFolding | undefined;
  readonly #feed: PolicyFeed | undefined;
  readonly #reporter: Reporter | undefined;
  #policy: CompiledPolicy = KEEP_EVERYTHING;
  #staleAtMs = Number.POSITIVE_INFINITY;
  #protectedStamp: Stamp = new Stamp({ rate: 1, policyVersion: 0 });
  #lastProblem = '';
  #seen = 0;
  #kept = 0;

  constructor(options: SamplerOptions = {}) {
    const environment = readEnvironment();
    const { service = environment.service, url = environment.url, apiKey = environment.apiKey } = options;
    this.service = service;
    this.#options = options;
    this.#now = options.now ?? (() => this.#clock.now());
    this.#random = options.random ?? Math.random;
    this.#patterns = new PatternTable(options.mostPatterns ?? MOST_PATTERNS, (pattern) => this.#others.add(pattern));
    this.#memo = new PatternMemo(this.#patterns);
    this.#folding = options.foldErrors && new ErrorFolding(options.foldErrors);
    if (options.policy !== undefined) this.usePolicy(options.policy);
    const server = url === undefined || service === undefined ? undefined : { url, apiKey, service };
    if (server === undefined) return;
    this.#feed = new PolicyFeed({
      ...server,
      onPolicy: (raw) => this.usePolicy(raw),
      onNoPolicy: () => this.#apply(KEEP_EVERYTHING),
      onContact: () => {
        this.#clock.refresh();
        this.#staleAtMs = this.#now() + (options.staleAfterMs ?? DAY_MS);
      },
      onProblem: (problem) => this.#complain(problem),
    });
    this.#reporter = new Reporter({
      ...server,
      everyMs: options.reportEveryMs ?? MINUTE_MS,
      now: options.now ?? Date.now,
      take: () => this.#takeCounts(),
      giveBack: (patterns) => this.#giveBack(patterns),
      onProblem: (problem) => this.#complain(problem),
    });
  }

  /** Applies a policy document from now on; one that cannot be read keeps everything. */
  usePolicy(raw: unknown): void {
    const policy = compilePolicy(raw);
    for (const problem of policy.problems) this.#complain(problem);
    this.#apply(policy);
  }

  /**
   * Whether a line is to be kept: what to write on it, or undefined when it is to be dropped. `text` is its message,
   * better still the format string that the message is made of.
   */
  decide(severity: Severity | undefined, text: string, origin?: Origin): Stamp | undefined {
    if (severity === 'ERROR' && this.#folding === undefined) return this.#keepWhole(severity);
    try {
      const isWhole = isProtected(severity) || origin?.hasException === true;
      return isWhole ? this.#decideProtected(severity, text) : this.#decideByPolicy(severity, text, origin);
    } catch {
      // Whatever was wrong with the line, it is kept.
      return this.#keepWhole(severity);
    }
  }

  #decideByPolicy(severity: Severity | undefined, text: string, origin: Origin | undefined): Stamp | undefined {
    const nowMs = this.#now();
    const policy = nowMs > this.#staleAtMs ? KEEP_EVERYTHING : this.#policy;
    const pattern = this.#memo.patternOf(text);
    const scope = currentScope();
    const isOfFirst = pattern.total < policy.firstK;
    const rate = isOfFirst
      ? 1
      : (scope?.rate ?? policy.rateOf(severity, pattern.ruleOf(policy, origin?.formatted), nowMs));
    const isKept = rate >= 1 || isKeptAt(rate, scope?.randomness ?? this.#randomnessOf(origin));
    this.#seen++;
    if (isKept) this.#kept++;
    pattern.see(severity, nowMs, isKept);
    return isKept ? pattern.stampAt(rate, policy) : undefined;
  }

  #decideProtected(severity: Severity | undefined, text: string): Stamp | undefined {
    const perSecond = this.#policy.foldErrorsPerSecond;
    if (this.#folding === undefined || perSecond === undefined) return this.#keepWhole(severity);
    if (this.#folding.isLogging) return this.#protectedStamp;
    const nowMs = this.#now();
    const pattern = this.#memo.patternOf(text);
    const isKept = this.#folding.admits({ signature: pattern.signature, severity, text, nowMs }, perSecond);
    this.#seen++;
    if (isKept) this.#kept++;
    pattern.see(severity, nowMs, isKept);
    return isKept ? this.#protectedStamp : undefined;
  }

  #keepWhole(severity: Severity | undefined): Stamp {
    this.#seen++;
    this.#kept++;
    this.#others.countWhole(severity);
    return this.#protectedStamp;
  }

  /** The same for lines of one trace, else for lines that share a key, else chance. */
  #randomnessOf(origin: Origin | undefined): number {
    const traceId = origin?.traceId ?? this.#options.traceId?.();
    const ofTrace = typeof traceId === 'string' ? traceRandomness(traceId) : NO_TRACE;
    if (ofTrace !== NO_TRACE) return ofTrace;
    const key = origin?.key ?? traceId;
    return typeof key === 'string' && key !== '' ? keyRandomness(key) : this.#random();
  }

  #apply(policy: CompiledPolicy): void {
    this.#clock.refresh();
    this.#policy = policy;
    this.#protectedStamp = new Stamp({ rate: 1, policyVersion: policy.version });
  }

  #complain(problem: string): void {
    if (problem === this.#lastProblem) return;
    this.#lastProblem = problem;
    try {
      this.#options.onProblem?.(problem);
    } catch {
      // What the application does with our problems is not to become another one.
    }
  }

  #takeCounts(): Pattern[] {
    this.#clock.refresh();
    const taken = [...this.#patterns.counted()].map((pattern) => pattern.take());
    return this.#others.seen > 0 ? [...taken, this.#others.take()] : taken;
  }

  #giveBack(patterns: readonly Pattern[]): void {
    for (const pattern of patterns) {
      const into = pattern.signature === NO_SIGNATURE ? this.#others : this.#patterns.of(pattern.signature);
      into.add(pattern);
    }
  }

  /** Lines seen and kept so far, exactly. */
  get counts(): SamplerCounts {
    return { seen: this.#seen, kept: this.#kept };
  }

  /** `policy_version` of the policy that decides; 0: none. */
  get policyVersion(): number {
    return this.#policy.version;
  }

  /** Sends the summary now and logs what was folded. Resolves when it arrived or failed; never rejects. */
  async flush(): Promise<void> {
    this.#folding?.flush();
    await this.#reporter?.send();
  }

  /** Sends what was counted, then stops asking and reporting; later lines are decided by the last policy. */
  async close(): Promise<void> {
    this.#feed?.close();
    await this.flush();
    this.#reporter?.close();
  }
}
