import { keyPattern } from './auth/key-pattern.ts';
import { defineOpenAiCompatible } from './define-openai-compatible.ts';
import { apiRoot } from './endpoint/api-root.ts';
import { groqModels } from './models/groq.ts';

const THINKING = /gpt-oss|qwen3|deepseek-r1/;
const STRUCTURED = /gpt-oss|kimi-k2|llama-4/;
/** Groq answers every field it does not know with an error. */
const UNKNOWN_FIELDS = ['logit_bias', 'logprobs', 'top_logprobs', 'top_k'];
const REASONING_FIELDS = ['reasoning_effort', 'reasoning_format', 'include_reasoning'];

export const groq = defineOpenAiCompatible({
  type: 'groq',
  title: 'Groq',
  environment: { apiKey: ['GROQ_API_KEY'], baseUrl: ['GROQ_BASE_URL'], model: 'GROQ_MODEL' },
  defaultBaseUrl: 'https://api.groq.com/openai/v1',
  root: (baseUrl) => apiRoot(baseUrl, '/openai/v1'),
  keyPattern: keyPattern('groq'),
  defaultModel: 'llama-3.3-70b-versatile',
  passThrough: ['audio', 'files', 'batches'],
  models: groqModels,
  quirks: (model) => ({
    unsupported: THINKING.test(model) ? UNKNOWN_FIELDS : [...UNKNOWN_FIELDS, ...REASONING_FIELDS],
    ...(STRUCTURED.test(model) ? {} : { noJsonSchema: true }),
  }),
});
