import type { FinishReason } from '../../kernel/chat.ts';

const REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool-calls',
  max_tokens: 'length',
  content_filtered: 'content-filter',
  guardrail_intervened: 'content-filter',
  refusal: 'refusal',
  pause_turn: 'pause',
  model_context_window_exceeded: 'context-window',
  malformed_tool_use: 'error',
  malformed_model_output: 'error',
};

export function decodeStopReason(reason: string): FinishReason {
  return REASONS[reason] ?? 'other';
}
