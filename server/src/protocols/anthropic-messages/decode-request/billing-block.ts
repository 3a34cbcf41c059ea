import { isObject, type Json } from '../../../kernel/json.ts';

const BILLING_PREFIX = 'x-anthropic-billing-header:';

/**
 * Claude Code puts a line for Anthropic's billing at the front of the system prompt. It changes between requests, so on any
 * other wire it would spoil the provider's prompt cache; there it means nothing and is left out.
 */
export function isBillingBlock(block: Json): boolean {
  return isObject(block) && typeof block.text === 'string' && block.text.startsWith(BILLING_PREFIX);
}

/** The same for a system prompt sent as one string: the line goes, the rest stays. */
export function withoutBillingLine(system: string): string {
  if (!system.startsWith(BILLING_PREFIX)) return system;
  const end = system.indexOf('\n');
  return end === -1 ? '' : system.slice(end + 1);
}
