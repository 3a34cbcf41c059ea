import type { Feature, ModelInfo } from '../../ports/provider.ts';
import { chatModel, embeddingModel, otherModel, TEXT, TOOLS } from './model-table.ts';

const SEEING: readonly Feature[] = [...TOOLS, 'vision'];
const STRUCTURED: readonly Feature[] = [...SEEING, 'json-schema', 'prompt-cache'];
const THINKING: readonly Feature[] = [...STRUCTURED, 'reasoning'];
const HEARING: readonly Feature[] = [...TOOLS, 'audio-input'];

export const openaiModels: readonly ModelInfo[] = [
  chatModel('gpt-6-astra', [1_050_000, 128_000], { features: THINKING }),
  chatModel('gpt-6-sol', [1_050_000, 128_000], { features: THINKING }),
  chatModel('gpt-6-luna', [1_050_000, 128_000], { features: THINKING }),
  chatModel('gpt-5.6-sol', [1_050_000, 128_000], { features: THINKING }),
  chatModel('gpt-5.6-terra', [1_050_000, 128_000], { features: THINKING }),
  chatModel('gpt-5.6-luna', [1_050_000, 128_000], { features: THINKING }),
  chatModel('gpt-5.5', [1_000_000, 128_000], { features: THINKING }),
  chatModel('gpt-5.4', [1_050_000, 128_000], { features: THINKING }),
  chatModel('gpt-5.4-mini', [400_000, 128_000], { features: THINKING }),
  chatModel('gpt-5.4-nano', [400_000, 128_000], { features: THINKING }),
  chatModel('gpt-5.2', [400_000, 128_000], { features: THINKING }),
  chatModel('gpt-5.1', [400_000, 128_000], { features: THINKING }),
  chatModel('gpt-5', [400_000, 128_000], { features: THINKING }),
  chatModel('gpt-5-mini', [400_000, 128_000], { features: THINKING }),
  chatModel('gpt-5-nano', [400_000, 128_000], { features: THINKING }),
  chatModel('gpt-4.1', [1_047_576, 32_768], { features: STRUCTURED }),
  chatModel('gpt-4.1-mini', [1_047_576, 32_768], { features: STRUCTURED }),
  chatModel('gpt-4.1-nano', [1_047_576, 32_768], { features: STRUCTURED }),
  chatModel('o4-mini', [200_000, 100_000], { features: THINKING }),
  chatModel('o3', [200_000, 100_000], { features: THINKING }),
  chatModel('o3-mini', [200_000, 100_000], { features: [...TOOLS, 'json-schema', 'prompt-cache', 'reasoning'] }),
  chatModel('o1', [200_000, 100_000], { features: THINKING }),
  chatModel('gpt-4o', [128_000, 16_384], { features: STRUCTURED }),
  chatModel('gpt-4o-mini', [128_000, 16_384], { features: STRUCTURED }),
  chatModel('gpt-audio', [128_000, 16_384], { features: HEARING }),
  chatModel('gpt-audio-mini', [128_000, 16_384], { features: HEARING }),
  chatModel('gpt-4o-audio-preview', [128_000, 16_384], { features: HEARING }),
  chatModel('gpt-4-turbo', [128_000, 4096], { features: SEEING }),
  chatModel('gpt-4', [8192, 8192], { features: TOOLS }),
  chatModel('gpt-3.5-turbo', [16_385, 4096], { features: TOOLS }),
  chatModel('gpt-3.5-turbo-instruct', [4096, 4096], { features: TEXT }),
  embeddingModel('text-embedding-3-small', 8192),
  embeddingModel('text-embedding-3-large', 8192),
  embeddingModel('text-embedding-ada-002', 8192),
  otherModel('omni-moderation-latest', 'moderations'),
  otherModel('gpt-image-2', 'images'),
  otherModel('gpt-image-1', 'images'),
  otherModel('gpt-4o-transcribe', 'audio'),
  otherModel('gpt-4o-mini-tts', 'audio'),
  otherModel('whisper-1', 'audio'),
  otherModel('tts-1', 'audio'),
];
