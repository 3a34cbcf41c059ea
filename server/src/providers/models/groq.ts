import type { Feature, ModelInfo } from '../../ports/provider.ts';
import { chatModel, otherModel, TOOLS } from './model-table.ts';

const THINKING: readonly Feature[] = [...TOOLS, 'json-schema', 'reasoning', 'prompt-cache'];
const SEEING: readonly Feature[] = [...TOOLS, 'vision', 'json-schema'];

export const groqModels: readonly ModelInfo[] = [
  chatModel('llama-3.3-70b-versatile', [131_072, 32_768], { features: TOOLS }),
  chatModel('llama-3.1-70b-versatile', [131_072, 8000], { features: TOOLS }),
  chatModel('llama-3.1-8b-instant', [131_072, 131_072], { features: TOOLS }),
  chatModel('mixtral-8x7b-32768', [32_768, 32_768], { features: TOOLS }),
  chatModel('openai/gpt-oss-120b', [131_072, 65_536], { features: THINKING }),
  chatModel('openai/gpt-oss-20b', [131_072, 65_536], { features: THINKING }),
  chatModel('qwen/qwen3-32b', [131_072, 40_960], { features: [...TOOLS, 'reasoning'] }),
  chatModel('meta-llama/llama-4-scout-17b-16e-instruct', [131_072, 8192], { features: SEEING }),
  chatModel('moonshotai/kimi-k2-instruct', [131_072, 16_384], { features: [...TOOLS, 'json-schema'] }),
  otherModel('whisper-large-v3', 'audio'),
  otherModel('whisper-large-v3-turbo', 'audio'),
];
