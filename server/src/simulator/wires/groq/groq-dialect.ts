import type { JsonObject } from '../../json.ts';
import type { Answer } from '../../mind/turn.ts';
import type { ChatDialect } from '../openai-chat/chat-dialect.ts';
import { groqFamily } from './family.ts';

export const groqDialect: ChatDialect = {
  family: groqFamily,
  mostChoices: 1,
  thinks: /gpt-oss|deepseek-r1|qwen3/,
  thinkingField: 'reasoning',
  wholeToolCalls: true,
  reportedModel: (model) => model,
  usage: groqUsage,
  everywhere: { system_fingerprint: 'fp_simulated' },
  replyExtras: (requestId) => ({
    usage_breakdown: null,
    x_groq: { id: requestId, seed: 1 },
    service_tier: 'on_demand',
  }),
  chunkExtras: (position, usage, requestId) => ({
    x_groq: position === 'first' ? { id: requestId, seed: 1 } : { id: requestId, usage },
  }),
};

function groqUsage(input: number, answers: readonly Answer[]): JsonObject {
  const output = answers.reduce((sum, answer) => sum + answer.outputTokens, 0);
  const thinking = answers.reduce((sum, answer) => sum + answer.thinkingTokens, 0);
  const promptTime = input / 20_000;
  const completionTime = output / 500;
  return {
    queue_time: 0.01,
    prompt_tokens: input,
    prompt_time: promptTime,
    completion_tokens: output,
    completion_time: completionTime,
    total_tokens: input + output,
    total_time: promptTime + completionTime,
    ...(thinking > 0 ? { completion_tokens_details: { reasoning_tokens: thinking } } : {}),
  };
}
