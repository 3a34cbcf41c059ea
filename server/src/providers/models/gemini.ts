import type { Feature, ModelInfo } from '../../ports/provider.ts';
import { chatModel, embeddingModel, TOOLS } from './model-table.ts';

const SEEING: readonly Feature[] = [...TOOLS, 'vision', 'audio-input', 'json-schema'];
const THINKING: readonly Feature[] = [...SEEING, 'reasoning', 'prompt-cache'];

export const geminiModels: readonly ModelInfo[] = [
  chatModel('gemini-3.8-flash', [1_048_576, 65_536], { features: THINKING }),
  chatModel('gemini-3.7-flash', [1_048_576, 65_536], { features: THINKING }),
  chatModel('gemini-3.5-flash', [1_048_576, 65_536], { features: THINKING }),
  chatModel('gemini-3.5-flash-lite', [1_048_576, 65_536], { features: THINKING }),
  chatModel('gemini-3.1-pro-preview', [1_048_576, 65_536], { features: THINKING }),
  chatModel('gemini-3.1-flash-lite', [1_048_576, 65_536], { features: THINKING }),
  chatModel('gemini-3-flash-preview', [1_048_576, 65_536], { features: THINKING }),
  chatModel('gemini-2.5-pro', [1_048_576, 65_536], { features: THINKING }),
  chatModel('gemini-2.5-flash', [1_048_576, 65_536], { features: THINKING }),
  chatModel('gemini-2.5-flash-lite', [1_048_576, 65_536], { features: THINKING }),
  chatModel('gemini-2.0-flash', [1_048_576, 8192], { features: SEEING }),
  embeddingModel('gemini-embedding-2', 8192),
  embeddingModel('gemini-embedding-001', 2048),
];
