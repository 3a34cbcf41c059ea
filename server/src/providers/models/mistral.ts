import type { Feature, ModelInfo } from '../../ports/provider.ts';
import { chatModel, embeddingModel, otherModel, TOOLS } from './model-table.ts';

const STRUCTURED: readonly Feature[] = [...TOOLS, 'json-schema'];
const SEEING: readonly Feature[] = [...STRUCTURED, 'vision'];

export const mistralModels: readonly ModelInfo[] = [
  chatModel('mistral-large-latest', [262_144, 0], { features: SEEING }),
  chatModel('mistral-large-2512', [262_144, 0], { features: SEEING }),
  chatModel('mistral-medium-latest', [262_144, 0], { features: SEEING }),
  chatModel('mistral-medium-3-5', [262_144, 0], { features: SEEING }),
  chatModel('mistral-small-latest', [262_144, 0], { features: SEEING }),
  chatModel('mistral-small-2603', [262_144, 0], { features: SEEING }),
  chatModel('ministral-14b-2512', [262_144, 0], { features: SEEING }),
  chatModel('ministral-8b-2512', [262_144, 0], { features: SEEING }),
  chatModel('ministral-3b-2512', [131_072, 0], { features: SEEING }),
  chatModel('codestral-latest', [256_000, 0], { features: STRUCTURED }),
  chatModel('codestral-2508', [256_000, 0], { features: STRUCTURED }),
  chatModel('devstral-2512', [262_144, 0], { features: STRUCTURED }),
  embeddingModel('mistral-embed', 8192),
  embeddingModel('codestral-embed', 8192),
  otherModel('mistral-moderation-latest', 'moderations'),
  otherModel('voxtral-mini-latest', 'audio'),
];
