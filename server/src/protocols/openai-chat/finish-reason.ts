import type { FinishReason } from '../../kernel/chat.ts';

const REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  error: 'error',
  // Spellings of OpenAI-compatible servers.
  eos: 'stop',
  eos_token: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_length: 'length',
  tool_use: 'tool-calls',
  safety: 'content-filter',
};

/** What a choice held decides between the meanings that OpenAI's `stop` has. */
export interface ChoiceFacts {
  readonly hasToolCalls: boolean;
  readonly hasRefusal: boolean;
}

/** A forced tool choice and some compatible servers end with `stop` although tools were called. */
export function decodeFinishReason(reason: string, facts: ChoiceFacts): FinishReason {
  const known = REASONS[reason] ?? 'other';
  if (known !== 'stop') return known;
  if (facts.hasToolCalls) return 'tool-calls';
  return facts.hasRefusal ? 'refusal' : 'stop';
}

/** The wire has no word for a refusal without its text; a content filter is what clients understand. */
export function encodeFinishReason(reason: FinishReason, facts: { readonly hasRefusal: boolean }): string {
  if (reason === 'length' || reason === 'context-window') return 'length';
  if (reason === 'tool-calls') return 'tool_calls';
  if (reason === 'content-filter') return 'content_filter';
  if (reason === 'refusal') return facts.hasRefusal ? 'stop' : 'content_filter';
  return 'stop';
}
