import type { Feature, ModelInfo } from '../../ports/provider.ts';
import { chatModel, TOOLS } from './model-table.ts';

const STRUCTURED: readonly Feature[] = [...TOOLS, 'json-schema'];
const THINKING: readonly Feature[] = [...STRUCTURED, 'reasoning'];

/** A few of the many thousands: any other id is passed on as it is. */
export const huggingfaceModels: readonly ModelInfo[] = [
  chatModel('meta-llama/Llama-3.3-70B-Instruct', [131_072, 0], { features: STRUCTURED }),
  chatModel('meta-llama/Llama-3.1-8B-Instruct', [131_072, 0], { features: STRUCTURED }),
  chatModel('openai/gpt-oss-120b', [131_072, 0], { features: THINKING }),
  chatModel('openai/gpt-oss-20b', [131_072, 0], { features: THINKING }),
  chatModel('Qwen/Qwen3-32B', [40_960, 0], { features: THINKING }),
  chatModel('Qwen/Qwen3-235B-A22B-Instruct-2507', [262_144, 0], { features: STRUCTURED }),
  chatModel('Qwen/Qwen3-VL-235B-A22B-Instruct', [131_072, 0], { features: [...STRUCTURED, 'vision'] }),
  chatModel('deepseek-ai/DeepSeek-V3.2', [163_840, 0], { features: STRUCTURED }),
  chatModel('deepseek-ai/DeepSeek-R1', [163_840, 0], { features: ['stream', 'reasoning'] }),
  chatModel('moonshotai/Kimi-K2.5', [262_144, 0], { features: STRUCTURED }),
  chatModel('zai-org/GLM-5', [202_752, 0], { features: THINKING }),
];
