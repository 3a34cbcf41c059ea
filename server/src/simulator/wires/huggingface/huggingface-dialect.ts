import type { ChatDialect } from '../openai-chat/chat-dialect.ts';
import { huggingFaceFamily } from './family.ts';

/** The router: OpenAI's wire in front of many hosts, chosen by a suffix such as `:fastest`. */
export const huggingFaceDialect: ChatDialect = {
  family: huggingFaceFamily,
  mostChoices: 8,
  thinks: /DeepSeek-R1|QwQ|gpt-oss/,
  thinkingField: 'reasoning_content',
  wholeToolCalls: false,
  everywhere: { system_fingerprint: 'fp_simulated' },
  reportedModel: (model) => model.split(':')[0] ?? model,
  usage: (input, answers) => {
    const output = answers.reduce((sum, answer) => sum + answer.outputTokens, 0);
    return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  },
};
