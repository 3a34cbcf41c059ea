import type { Quirks } from '../ports/protocol.ts';
import type { EndpointCall, ProviderDefinition } from '../ports/provider.ts';
import { geminiEmbeddings } from '../protocols/gemini-generate/embeddings.ts';
import { geminiGenerateUpstream } from '../protocols/gemini-generate/upstream.ts';
import { apiRoot } from './api-root.ts';
import { keyPattern } from './key-pattern.ts';
import { geminiModels } from './models/gemini.ts';
import { pathSegment } from './path-segment.ts';

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

/** What is done with the model, as Google's addresses end. */
export function geminiAction({ wire, stream }: EndpointCall): string {
  if (wire === 'gemini-embeddings') return 'batchEmbedContents';
  if (wire === 'vertex-embeddings') return 'predict';
  return stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
}
