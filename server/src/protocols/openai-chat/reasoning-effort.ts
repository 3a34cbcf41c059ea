import type { ReasoningOptions } from '../../kernel/chat.ts';

/** Budgets that other wires give in tokens, as the nearest effort; undefined leaves the model's own default. */
export function reasoningEffort(reasoning: ReasoningOptions | undefined): string | undefined {
  if (reasoning === undefined) return undefined;
  if (reasoning.effort !== undefined) return reasoning.effort;
  // Most models of this wire refuse `none`, so switched-off thinking is the absence of the field.
  if (reasoning.mode === 'disabled' || reasoning.budgetTokens === undefined || reasoning.budgetTokens <= 0) {
    return undefined;
  }
  if (reasoning.budgetTokens <= 2048) return 'low';
  return reasoning.budgetTokens <= 10_240 ? 'medium' : 'high';
}
