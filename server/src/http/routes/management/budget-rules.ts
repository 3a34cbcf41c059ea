import { invalidRequest } from '../../../kernel/errors.ts';

interface WrittenTerms {
  readonly on_exceed?: string | undefined;
  readonly degrade_to?: string | undefined;
}

/** What of a budget's terms must fit together. Throws `request.invalid` naming the field. */
export function checkBudget(budget: WrittenTerms | null | undefined, isModel: (name: string) => boolean): void {
  if (budget === undefined || budget === null) return;
  const { on_exceed, degrade_to } = budget;
  if (on_exceed === 'degrade' && degrade_to === undefined) {
    throw invalidRequest('degrade_to', 'is required when on_exceed is "degrade": the model that answers instead.');
  }
  if (degrade_to !== undefined && on_exceed !== 'degrade') {
    throw invalidRequest('degrade_to', 'means something only when on_exceed is "degrade".');
  }
  if (degrade_to !== undefined && !isModel(degrade_to)) {
    throw invalidRequest('degrade_to', 'no provider or route answers this model; use provider/model or a route.');
  }
}
