import type { Quirks } from '../ports/protocol.ts';
import type { ProviderDefinition } from '../ports/provider.ts';
import { geminiEmbeddings } from '../protocols/gemini-generate/embeddings.ts';
import { geminiGenerateUpstream } from '../protocols/gemini-generate/upstream.ts';
import { keyPattern } from './auth/key-pattern.ts';
import { apiRoot } from './endpoint/api-root.ts';
import { pathSegment } from './endpoint/path-segment.ts';
import { geminiAction } from './google/gemini-action.ts';
import { geminiModels } from './models/gemini.ts';

const PLAIN: Quirks = {};

export const gemini: ProviderDefinition = {
  type: 'gemini',
  title: 'Google Gemini',
  environment: {
    apiKey: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    baseUrl: ['GEMINI_BASE_URL', 'GOOGLE_GEMINI_BASE_URL'],
    model: 'GEMINI_MODEL',
  },
  defaultBaseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  keyPattern: keyPattern('google'),
  defaultModel: 'gemini-2.5-flash',
  chat: [geminiGenerateUpstream],
  embeddings: geminiEmbeddings,
  passThrough: [],
  models: geminiModels,
  ownsModel: (model) => /^(?:gemini-|gemma-|learnlm-)/.test(model),
  quirks: () => PLAIN,
  endpoint(call) {
    const model = pathSegment(call.model.replace(/^models\//, ''));
    return { url: `${apiRoot(call.baseUrl, '/v1beta')}/models/${model}:${geminiAction(call)}` };
  },
  authorize(request, { secret }) {
    request.headers['x-goog-api-key'] = secret;
  },
};
