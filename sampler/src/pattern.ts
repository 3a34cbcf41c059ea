import type { CompiledPolicy, PolicyRule } from './decision.ts';
import type { Severity } from './severity.ts';
import { formatSignature, signatureOf } from './signature.ts';
import { Stamp } from './stamp.ts';

/** Messages of one format string to look a rule up for, per policy. */
const MOST_TRIES = 8;

/** What one signature did since the last report, and what is remembered of it for the next line. */
export class Pattern {
  readonly signature: number;
  /** Which generation of the table it was used in last. */
  generation = 0;
  /** Lines ever, for the first K; forgotten with the pattern. */
  total = 0;
  seen = 0;
  kept = 0;
  firstMs = 0;
  lastMs = 0;
  debug = 0;
  info = 0;
  warning = 0;
  error = 0;
  critical = 0;
  /** A masked line, until it was reported. */
  example: string | undefined;
  #rule: PolicyRule | undefined;
  #ruleFrom: CompiledPolicy | undefined;
  #stamp: Stamp | undefined;
  #stampRate = 0;
  #triesLeft = 0;

  constructor(signature: number) {
    this.signature = signature;
  }

  /**
   * The policy's rule for these lines, looked up once per policy. The server knows messages, not format strings: where
   * there is no rule for the one, a few of the others are tried.
   */
  ruleOf(policy: CompiledPolicy, formatted?: () => string): PolicyRule | undefined {
    if (this.#ruleFrom !== policy) {
      this.#ruleFrom = policy;
      this.#rule = policy.ruleOf(this.signature);
      this.#stamp = undefined;
      this.#triesLeft = MOST_TRIES;
    }
    if (formatted !== undefined && this.#rule === undefined && this.#triesLeft > 0) {
      this.#triesLeft--;
      this.#rule = policy.ruleOf(signatureOf(formatted()));
      this.#stamp = undefined;
    }
    return this.#rule;
  }

  /** What to write on a line kept at this rate; made once per policy and rate. */
  stampAt(rate: number, policy: CompiledPolicy): Stamp {
    const rule = this.ruleOf(policy);
    if (this.#stamp === undefined || this.#stampRate !== rate) {
      const pattern = rule?.patternId ?? formatSignature(this.signature);
      this.#stamp = new Stamp({ rate, pattern, policyVersion: policy.version });
      this.#stampRate = rate;
    }
    return this.#stamp;
  }

  see(severity: Severity | undefined, nowMs: number, isKept: boolean): void {
    this.total++;
    if (this.seen++ === 0) this.firstMs = nowMs;
    this.lastMs = nowMs;
    if (isKept) this.kept++;
    this.#countSeverity(severity);
  }

  /** A kept line of which only the severity matters: no clock is read. */
  countWhole(severity: Severity | undefined): void {
    this.seen++;
    this.kept++;
    this.#countSeverity(severity);
  }

  #countSeverity(severity: Severity | undefined): void {
    switch (severity) {
      case 'ERROR':
        this.error++;
        break;
      case 'INFO':
        this.info++;
        break;
      case 'DEBUG':
        this.debug++;
        break;
      case 'WARNING':
        this.warning++;
        break;
      case 'CRITICAL':
        this.critical++;
        break;
      default:
    }
  }

  /** Adds counts that were taken out for a report that did not arrive, or of a pattern that was forgotten. */
  add(from: Pattern): void {
    if (this.seen === 0 || from.firstMs < this.firstMs) this.firstMs = from.firstMs;
    this.lastMs = Math.max(this.lastMs, from.lastMs);
    this.seen += from.seen;
    this.kept += from.kept;
    this.debug += from.debug;
    this.info += from.info;
    this.warning += from.warning;
    this.error += from.error;
    this.critical += from.critical;
    this.example ??= from.example;
  }

  /** The counts so far as a pattern of their own; here they start anew. */
  take(): Pattern {
    const taken = new Pattern(this.signature);
    taken.add(this);
    this.seen = this.kept = 0;
    this.debug = this.info = this.warning = this.error = this.critical = 0;
    this.example = undefined;
    return taken;
  }
}
