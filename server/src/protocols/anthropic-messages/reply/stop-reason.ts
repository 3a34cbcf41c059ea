import type { FinishReason } from '../../../kernel/chat.ts';

const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['tool_use', 'tool-calls'],
  ['pause_turn', 'pause'],
  ['refusal', 'refusal'],
  ['model_context_window_exceeded', 'context-window'],
]);

const STOP_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  refusal: 'refusal',
  pause: 'pause_turn',
  'context-window': 'model_context_window_exceeded',
  error: 'end_turn',
  other: 'end_turn',
};

export function decodeStopReason(stopReason: string): FinishReason {
  return FINISH_REASONS.get(stopReason) ?? 'other';
}

export interface Finish {
  readonly reason: FinishReason;
  readonly stopSequence?: string | undefined;
  /** Some providers finish with a plain stop although the reply calls tools; this wire's clients look for tool_use. */
  readonly hasToolCalls: boolean;
}

export function encodeStopReason({ reason, stopSequence, hasToolCalls }: Finish): string {
  if (reason !== 'stop') return STOP_REASONS[reason];
  if (hasToolCalls) return 'tool_use';
  return stopSequence === undefined ? 'end_turn' : 'stop_sequence';
}
