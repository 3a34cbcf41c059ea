import type { Feature, ModelInfo } from '../../ports/provider.ts';
import { chatModel, embeddingModel, TOOLS } from './model-table.ts';

const STRUCTURED: readonly Feature[] = [...TOOLS, 'json-schema'];

export const cohereModels: readonly ModelInfo[] = [
  chatModel('command-a-03-2025', [256_000, 8000], { features: STRUCTURED, aliases: ['command-a'] }),
  chatModel('command-a-reasoning-08-2025', [256_000, 32_000], {
    features: [...STRUCTURED, 'reasoning'],
    aliases: ['command-a-reasoning'],
  }),
  chatModel('command-a-vision-07-2025', [128_000, 8000], {
    features: ['stream', 'vision', 'json-schema'],
    aliases: ['command-a-vision'],
  }),
  chatModel('command-r7b-12-2024', [128_000, 4000], { features: STRUCTURED, aliases: ['command-r7b'] }),
  chatModel('command-r-plus-08-2024', [128_000, 4000], { features: STRUCTURED, aliases: ['command-r-plus'] }),
  chatModel('command-r-08-2024', [128_000, 4000], { features: STRUCTURED, aliases: ['command-r'] }),
  embeddingModel('embed-v4.0', 128_000),
  embeddingModel('embed-english-v3.0', 512),
  embeddingModel('embed-multilingual-v3.0', 512),
];
