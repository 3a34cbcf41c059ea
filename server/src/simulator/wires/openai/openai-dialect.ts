import type { JsonObject } from '../../json.ts';
import { cachedPrefixTokens } from '../../mind/input-tokens.ts';
import type { Answer } from '../../mind/turn.ts';
import type { ChatDialect } from '../openai-chat/chat-dialect.ts';
import { openAiFamily } from './family.ts';

const DATED_NAMES: Readonly<Record<string, string>> = {
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-4.1': 'gpt-4.1-2025-04-14',
  'gpt-4': 'gpt-4-0613',
  'gpt-4-turbo': 'gpt-4-turbo-2024-04-09',
  'gpt-3.5-turbo': 'gpt-3.5-turbo-0125',
  'gpt-5': 'gpt-5-2025-08-07',
  'o3-mini': 'o3-mini-2025-01-31',
};

export const OPENAI_THINKERS = /^(o\d|gpt-[5-9])/;

export const openAiDialect: ChatDialect = {
  family: openAiFamily,
  mostChoices: 128,
  thinks: OPENAI_THINKERS,
  refusesMaxTokens: OPENAI_THINKERS,
  wholeToolCalls: false,
  reportedModel: datedModel,
  usage: openAiChatUsage,
  everywhere: { service_tier: 'default', system_fingerprint: 'fp_simulated' },
};

export function datedModel(model: string): string {
  return DATED_NAMES[model] ?? model;
}

export function openAiChatUsage(input: number, answers: readonly Answer[]): JsonObject {
  const output = answers.reduce((sum, answer) => sum + answer.outputTokens, 0);
  const thinking = answers.reduce((sum, answer) => sum + answer.thinkingTokens, 0);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cachedPrefixTokens(input), audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: thinking,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
