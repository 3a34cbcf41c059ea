import { openaiEmbeddingsUpstream } from '../protocols/openai-embeddings/upstream.ts';
import { keyPattern } from './auth/key-pattern.ts';
import { defineOpenAiCompatible } from './define-openai-compatible.ts';
import { mistralChatUpstream } from './mistral/mistral-chat.ts';
import { mistralModels } from './models/mistral.ts';

const OWN = /^(?:open-)?(?:mistral-|mixtral-8x22b|codestral|devstral|magistral|ministral|pixtral|voxtral)/;
/** Fields Mistral's strict schema refuses. */
const UNKNOWN_FIELDS = [
  'user',
  'store',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'top_k',
  'service_tier',
  'verbosity',
  'modalities',
  'audio',
  'safety_identifier',
  'prompt_cache_retention',
  'web_search_options',
  'reasoning_effort',
];

export const mistral = defineOpenAiCompatible({
  type: 'mistral',
  title: 'Mistral',
  environment: { apiKey: ['MISTRAL_API_KEY'], baseUrl: ['MISTRAL_BASE_URL'], model: 'MISTRAL_MODEL' },
  defaultBaseUrl: 'https://api.mistral.ai/v1',
  keyPattern: keyPattern(),
  defaultModel: 'mistral-small-latest',
  chat: [mistralChatUpstream],
  embeddings: openaiEmbeddingsUpstream,
  passThrough: ['moderations', 'audio', 'files', 'batches'],
  models: mistralModels,
  ownsModel: (model) => OWN.test(model),
  quirks: () => QUIRKS,
});

const QUIRKS = {
  unsupported: UNKNOWN_FIELDS,
  maxTokensField: 'max_tokens',
  noDeveloperRole: true,
  // The last chunk always holds the usage.
  noStreamUsageOption: true,
  // Sent as random_seed.
  removeFields: ['seed'],
} as const;
