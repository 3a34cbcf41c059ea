import type { LimitName } from '../../kernel/limits.ts';
import { Counter } from './counter.ts';
import { Family } from './family.ts';

/** Takes what limits and budgets decide. */
export type BoundCounts = Pick<BoundMetrics, 'limitRefused' | 'budgetRefused' | 'budgetAlerted'>;

/** What limits and budgets decided. */
export class BoundMetrics {
  readonly #limits = new Family('weir_limit_refusals_total', () => new Counter());
  readonly #budgets = new Family('weir_budget_refusals_total', () => new Counter());
  readonly #alerts = new Family('weir_budget_alerts_total', () => new Counter());

  limitRefused(scope: string, name: LimitName, shadow: boolean): void {
    this.#limits.series(scope, name, modeOf(shadow)).value++;
  }

  budgetRefused(scope: string, shadow: boolean): void {
    this.#budgets.series(scope, modeOf(shadow)).value++;
  }

  budgetAlerted(scope: string, share: number): void {
    this.#alerts.series(scope, String(share)).value++;
  }

  render(): string {
    return this.#limits.render() + this.#budgets.render() + this.#alerts.render();
  }
}

function modeOf(shadow: boolean): string {
  return shadow ? 'shadow' : 'refused';
}
