import type { ProviderDefinition } from '../ports/provider.ts';
import { anthropicMessagesUpstream } from '../protocols/anthropic-messages/upstream.ts';
import { keyPattern } from './auth/key-pattern.ts';
import { apiRoot } from './endpoint/api-root.ts';
import { anthropicModels } from './models/anthropic.ts';
import { claudeQuirks } from './quirks/claude-quirks.ts';

export const anthropic: ProviderDefinition = {
  type: 'anthropic',
  title: 'Anthropic',
  environment: { apiKey: ['ANTHROPIC_API_KEY'], baseUrl: ['ANTHROPIC_BASE_URL'], model: 'ANTHROPIC_MODEL' },
  defaultBaseUrl: 'https://api.anthropic.com',
  keyPattern: keyPattern('anthropic'),
  defaultModel: 'claude-sonnet-5',
  chat: [anthropicMessagesUpstream],
  passThrough: ['count-tokens', 'files', 'batches'],
  models: anthropicModels,
  ownsModel: (model) => model.startsWith('claude-'),
  quirks: claudeQuirks,
  endpoint({ baseUrl, path, operation }) {
    const ownPath = operation === 'count-tokens' ? '/messages/count_tokens' : '/messages';
    return { url: apiRoot(baseUrl) + (path ?? ownPath), headers: { 'anthropic-version': '2023-06-01' } };
  },
  authorize(request, { secret }) {
    request.headers['x-api-key'] = secret;
  },
};
