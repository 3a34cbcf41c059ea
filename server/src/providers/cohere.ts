import type { Quirks } from '../ports/protocol.ts';
import type { ProviderDefinition } from '../ports/provider.ts';
import { cohereEmbeddings } from '../protocols/cohere-chat/embeddings.ts';
import { cohereChatUpstream } from '../protocols/cohere-chat/upstream.ts';
import { bearerToken } from './auth/bearer-token.ts';
import { keyPattern } from './auth/key-pattern.ts';
import { serverRoot } from './endpoint/api-root.ts';
import { cohereModels } from './models/cohere.ts';

const PLAIN: Quirks = {};
const THOUGHTLESS: Quirks = { unsupported: ['thinking'] };

export const cohere: ProviderDefinition = {
  type: 'cohere',
  title: 'Cohere',
  environment: {
    apiKey: ['COHERE_API_KEY', 'CO_API_KEY'],
    baseUrl: ['COHERE_BASE_URL', 'CO_API_URL'],
    model: 'COHERE_MODEL',
  },
  defaultBaseUrl: 'https://api.cohere.com',
  keyPattern: keyPattern(),
  defaultModel: 'command-a-03-2025',
  chat: [cohereChatUpstream],
  embeddings: cohereEmbeddings,
  passThrough: [],
  models: cohereModels,
  ownsModel: (model) => /^(?:command(?:-|$)|c4ai-|embed-(?:v\d|english|multilingual))/.test(model),
  quirks: (model) => (model.includes('reasoning') ? PLAIN : THOUGHTLESS),
  endpoint: ({ baseUrl, wire }) => ({
    url: `${serverRoot(baseUrl)}/v2/${wire === 'cohere-embeddings' ? 'embed' : 'chat'}`,
  }),
  authorize: bearerToken,
};
