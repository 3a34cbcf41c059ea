import { openaiEmbeddingsUpstream } from '../protocols/openai-embeddings/upstream.ts';
import { defineOpenAiCompatible } from './define-openai-compatible.ts';

const QUIRKS = { noDeveloperRole: true, maxTokensField: 'max_tokens' } as const;

/** Models on this machine or near it; which ones there are only the server knows. */
export const ollama = defineOpenAiCompatible({
  type: 'ollama',
  title: 'Ollama',
  environment: { apiKey: ['OLLAMA_API_KEY'], baseUrl: ['OLLAMA_BASE_URL'], model: 'OLLAMA_MODEL' },
  defaultBaseUrl: 'http://127.0.0.1:11434/v1',
  keyOptional: true,
  embeddings: openaiEmbeddingsUpstream,
  quirks: () => QUIRKS,
});
