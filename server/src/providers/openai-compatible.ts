import { openaiChatUpstream } from '../protocols/openai-chat/upstream.ts';
import { openaiCompletionsUpstream } from '../protocols/openai-completions/upstream.ts';
import { openaiEmbeddingsUpstream } from '../protocols/openai-embeddings/upstream.ts';
import { defineOpenAiCompatible } from './define-openai-compatible.ts';
import { apiRoot, withoutSlashes } from './endpoint/api-root.ts';
import { isOpenaiReasoningModel, openaiQuirks } from './quirks/openai-quirks.ts';

const QUIRKS = { noDeveloperRole: true, maxTokensField: 'max_tokens' } as const;

/** vLLM, llama.cpp, LM Studio, another gateway: any server with OpenAI's API. */
export const openaiCompatible = defineOpenAiCompatible({
  type: 'openai-compatible',
  title: 'OpenAI-compatible server',
  environment: { apiKey: [], baseUrl: [] },
  root: exactRoot,
  keyOptional: true,
  // Servers ignore headers they do not know; another Weir answers a request that it has seen with the reply it gave.
  idempotencyHeader: 'idempotency-key',
  chat: [openaiChatUpstream, openaiCompletionsUpstream],
  embeddings: openaiEmbeddingsUpstream,
  passThrough: ['moderations', 'images', 'audio', 'files', 'batches'],
  // OpenAI's own models may stand behind a gateway, and those refuse the older spelling.
  quirks: (model, wire) => (isOpenaiReasoningModel(model) ? openaiQuirks(model, wire) : QUIRKS),
});

/** A bare host gets its `/v1`; a path somebody wrote is where that server has its API, as OpenAI's own client takes it. */
function exactRoot(baseUrl: string): string {
  const hasPath = withoutSlashes(baseUrl).lastIndexOf('/') > baseUrl.indexOf('://') + 2;
  return hasPath && !/(\/v\d+)\1\/*$/.test(baseUrl) ? withoutSlashes(baseUrl) : apiRoot(baseUrl);
}
