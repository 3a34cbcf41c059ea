import { type CompiledPolicy, isKeptAt, keyRandomness, traceRandomness } from '@weir/sampler/decision';
import { signatureOf } from '@weir/sampler/signature';
import { readLogLine } from '../lines/read-log-line.ts';
import { severityOfLine } from './severity-of-line.ts';

/** Steps of this part of 1 spread evenly, however many there are. */
const GOLDEN_STEP = (Math.sqrt(5) - 1) / 2;
/** Signatures whose first lines are told apart; those met after so many have had theirs. */
const MOST_SIGNATURES = 1_000_000;

/**
 * Which lines of a file a sampler would have kept. The decision is the sampler's; only where it would throw dice the
 * lines of a pattern take turns, so that the share kept is exact and the same file gives the same lines.
 */
export class LineFilter {
  readonly #policy: CompiledPolicy;
  readonly #nowMs: number;
  readonly #seen = new Map<number, number>();
  readonly #turns = new Map<string, number>();

  constructor(policy: CompiledPolicy, nowMs: number) {
    this.#policy = policy;
    this.#nowMs = nowMs;
  }

  /** `text` is the line or as much of it as matters, `bytes` the length of all of it. */
  keeps(text: string, bytes: number): boolean {
    const line = readLogLine(text, bytes);
    const severity = severityOfLine(line, text);
    const signature = signatureOf(line.body);
    const rule = this.#policy.ruleOf(signature);
    const isOfFirst = this.#isOfFirst(signature);
    const rate = isOfFirst ? 1 : this.#policy.rateOf(severity, rule, this.#nowMs);
    if (rate >= 1) return true;
    const ofTrace = line.traceId === undefined ? -1 : traceRandomness(line.traceId);
    return isKeptAt(rate, ofTrace >= 0 ? ofTrace : this.#turnOf(`${rule?.patternId}/${severity}`));
  }

  #isOfFirst(signature: number): boolean {
    const { firstK } = this.#policy;
    if (firstK === 0) return false;
    const seen = this.#seen.get(signature) ?? 0;
    if (seen >= firstK || (seen === 0 && this.#seen.size >= MOST_SIGNATURES)) return false;
    this.#seen.set(signature, seen + 1);
    return true;
  }

  #turnOf(group: string): number {
    const turn = this.#turns.get(group) ?? keyRandomness(group);
    this.#turns.set(group, (turn + GOLDEN_STEP) % 1);
    return turn;
  }
}
