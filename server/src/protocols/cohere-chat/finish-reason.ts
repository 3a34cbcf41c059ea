import type { FinishReason } from '../../kernel/chat.ts';

const REASONS: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool-calls',
  ERROR: 'error',
  ERROR_TOXIC: 'content-filter',
  ERROR_LIMIT: 'context-window',
  TIMEOUT: 'error',
};

export function decodeFinishReason(reason: string): FinishReason {
  return REASONS[reason] ?? 'other';
}
