import { openaiChatUpstream } from '../protocols/openai-chat/upstream.ts';
import { openaiCompletionsUpstream } from '../protocols/openai-completions/upstream.ts';
import { openaiEmbeddingsUpstream } from '../protocols/openai-embeddings/upstream.ts';
import { openaiResponsesUpstream } from '../protocols/openai-responses/upstream.ts';
import { keyPattern } from './auth/key-pattern.ts';
import { defineOpenAiCompatible } from './define-openai-compatible.ts';
import { openaiModels } from './models/openai.ts';
import { openaiQuirks } from './quirks/openai-quirks.ts';

const OWN =
  /^(?:ft:)?(?:gpt-|o[134](?:-|$)|chatgpt-|codex-|text-embedding-|text-moderation|omni-moderation|dall-e|whisper|tts-|davinci|babbage)/;
/** Models that answer on the Responses API alone. */
const RESPONSES_ONLY = /^(?:o[134]-pro|o[34](?:-mini)?-deep-research|codex-|computer-use|gpt-5.*-(?:pro|codex))/;
/** Models of the time before chat. */
const COMPLETIONS_ONLY = /^(?:gpt-3\.5-turbo-instruct|davinci-002|babbage-002)/;

export const openai = defineOpenAiCompatible({
  type: 'openai',
  title: 'OpenAI',
  environment: { apiKey: ['OPENAI_API_KEY'], baseUrl: ['OPENAI_BASE_URL'], model: 'OPENAI_MODEL' },
  defaultBaseUrl: 'https://api.openai.com/v1',
  keyPattern: keyPattern('openai'),
  defaultModel: 'gpt-4o-mini',
  chat: [openaiChatUpstream, openaiResponsesUpstream, openaiCompletionsUpstream],
  chatFor(model, clientWire) {
    if (COMPLETIONS_ONLY.test(model)) return openaiCompletionsUpstream;
    const isResponses = clientWire === 'openai-responses' || RESPONSES_ONLY.test(model);
    return isResponses ? openaiResponsesUpstream : openaiChatUpstream;
  },
  embeddings: openaiEmbeddingsUpstream,
  passThrough: ['moderations', 'images', 'audio', 'files', 'batches', 'count-tokens', 'responses'],
  models: openaiModels,
  ownsModel: (model) => OWN.test(model),
  quirks: openaiQuirks,
});
