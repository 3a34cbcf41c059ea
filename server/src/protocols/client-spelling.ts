import type { Wire } from '../kernel/chat.ts';

type Spellings = Readonly<Record<string, string>>;

const SNAKE: Spellings = {
  maxOutputTokens: 'max_tokens',
  topK: 'top_k',
  topP: 'top_p',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  responseFormat: 'response_format',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  reasoning: 'reasoning_effort',
};

const BY_WIRE: Partial<Record<Wire, Spellings>> = {
  'openai-responses': {
    ...SNAKE,
    maxOutputTokens: 'max_output_tokens',
    responseFormat: 'text.format',
    reasoning: 'reasoning',
  },
  'anthropic-messages': {
    ...SNAKE,
    stop: 'stop_sequences',
    reasoning: 'thinking',
    responseFormat: 'output_config.format',
    user: 'metadata.user_id',
    parallelToolCalls: 'tool_choice.disable_parallel_tool_use',
  },
  'gemini-generate': {
    maxOutputTokens: 'generationConfig.maxOutputTokens',
    topK: 'generationConfig.topK',
    topP: 'generationConfig.topP',
    temperature: 'generationConfig.temperature',
    stop: 'generationConfig.stopSequences',
    seed: 'generationConfig.seed',
    n: 'generationConfig.candidateCount',
    responseFormat: 'generationConfig.responseSchema',
    reasoning: 'generationConfig.thinkingConfig',
    toolChoice: 'toolConfig',
  },
};

/** How the client's wire spells a field of the neutral request: the name to report when it is dropped. */
export function clientSpelling(wire: Wire, field: string): string {
  return (BY_WIRE[wire] ?? SNAKE)[field] ?? field;
}
