import type { Endpoint, EndpointCall, ProviderDefinition } from '../ports/provider.ts';
import { keyPattern } from './auth/key-pattern.ts';
import { defineOpenAiCompatible } from './define-openai-compatible.ts';
import { serverRoot } from './endpoint/api-root.ts';
import { pathSegment } from './endpoint/path-segment.ts';
import { huggingfaceModels } from './models/huggingface.ts';

const ROUTER = 'https://router.huggingface.co';

const router = defineOpenAiCompatible({
  type: 'huggingface',
  title: 'Hugging Face',
  environment: { apiKey: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'], baseUrl: ['HF_BASE_URL'], model: 'HF_MODEL' },
  defaultBaseUrl: `${ROUTER}/v1`,
  keyPattern: keyPattern('huggingface'),
  defaultModel: 'meta-llama/Llama-3.3-70B-Instruct',
  passThrough: ['raw-task'],
  models: huggingfaceModels,
  // Many hosts stand behind the router: what all of them understand is sent.
  quirks: (model) => (THINKING.test(model) ? QUIRKS : UNTHINKING),
});

const THINKING = /gpt-oss|qwen3|deepseek-r1|glm-|kimi-k2/i;
const QUIRKS = { noDeveloperRole: true, maxTokensField: 'max_tokens' } as const;
const UNTHINKING = { ...QUIRKS, unsupported: ['reasoning_effort'] } as const;

/** The router for chat; tasks with raw inputs go to the inference host beside it, `/models/{id}` below its base. */
export const huggingface: ProviderDefinition = {
  ...router,
  endpoint: (call) => (call.operation === 'raw-task' ? rawTask(call) : router.endpoint(call)),
};

function rawTask({ baseUrl, model, settings }: EndpointCall): Endpoint {
  const root = serverRoot(baseUrl);
  const named = settings.inference_base_url;
  const base = typeof named === 'string' ? serverRoot(named) : root === ROUTER ? `${ROUTER}/hf-inference` : root;
  return { url: `${base}/models/${model.split('/').map(pathSegment).join('/')}` };
}
