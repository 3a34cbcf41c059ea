import type { AllowanceUse } from '../../../ports/budgets.ts';
import type { AttemptRow } from '../../../ports/workflow-store.ts';

/** Calls and tokens that run now, by step and in all; what is over stands in the attempts. */
export class UseOfRun {
  readonly #uses = new Map<string, { calls: number; tokens: number }>();

  /** `seed`: what attempts before this process used. */
  constructor(attempts: readonly AttemptRow[]) {
    for (const { path, request_id, tokens_used } of attempts) {
      if (request_id === null) continue;
      for (const place of ['', path]) addUse(this.of(place), { calls: 1, tokens: tokens_used });
    }
  }

  /** '' is the run. */
  of(path: string): { calls: number; tokens: number } {
    const known = this.#uses.get(path) ?? { calls: 0, tokens: 0 };
    this.#uses.set(path, known);
    return known;
  }
}

export function addUse(use: { calls: number; tokens: number }, by: AllowanceUse): void {
  use.calls += by.calls;
  use.tokens += by.tokens;
}
