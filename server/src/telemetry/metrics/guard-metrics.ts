import { METRICS } from '../metric-table.ts';
import { Counter } from './counter.ts';
import { Family } from './family.ts';
import { Histogram } from './histogram.ts';

/** Takes what guardrails do. */
export type GuardCounts = Pick<GuardMetrics, 'checked' | 'found' | 'blocked' | 'unscanned'>;

/** What guardrails looked at and what they did. */
export class GuardMetrics {
  readonly #checks = new Family('weir_guardrail_checks_total', () => new Counter());
  readonly #findings = new Family('weir_guardrail_findings_total', () => new Counter());
  readonly #blocks = new Family('weir_guardrail_blocks_total', () => new Counter());
  readonly #unscanned = new Family('weir_guardrail_unscanned_total', () => new Counter());
  readonly #seconds = new Family(
    'weir_guardrail_seconds',
    () => new Histogram(METRICS.weir_guardrail_seconds.bounds ?? []),
  );
  /** Found once: every call comes here. */
  readonly #inline = {
    input: { checks: this.#checks.series('input', 'inline'), seconds: this.#seconds.series('inline') },
    output: { checks: this.#checks.series('output', 'inline'), seconds: this.#seconds.series('inline') },
  };

  readonly #unscannedBy = {
    input: this.#unscanned.series('input'),
    output: this.#unscanned.series('output'),
  };

  checked(direction: 'input' | 'output', tier: string, seconds: number): void {
    const series =
      tier === 'inline'
        ? this.#inline[direction]
        : { checks: this.#checks.series(direction, tier), seconds: this.#seconds.series(tier) };
    series.checks.value++;
    series.seconds.observe(seconds);
  }

  found(guardrail: string, action: string, direction: string): void {
    this.#findings.series(guardrail, action, direction).value++;
  }

  blocked(guardrail: string, direction: string): void {
    this.#blocks.series(guardrail, direction).value++;
  }

  unscanned(direction: 'input' | 'output'): void {
    this.#unscannedBy[direction].value++;
  }

  render(): string {
    return (
      this.#checks.render() +
      this.#findings.render() +
      this.#blocks.render() +
      this.#unscanned.render() +
      this.#seconds.render()
    );
  }
}
