import type { Config } from '../config/schema.ts';
import type { RouteSpec } from '../http/route.ts';
import { type ChatRoute, type ChatRouteServices, chatRoutes } from '../http/routes/chat.ts';
import { embeddingRoutes } from '../http/routes/embeddings.ts';
import { modelRoutes } from '../http/routes/models.ts';
import { clientProbeRoutes } from '../http/routes/probes.ts';
import { ANTHROPIC_PREFIXES, OPENAI_PREFIXES } from '../http/routes/wire-paths.ts';
import type { CallServices } from '../http/serve-call.ts';
import { anthropicMessagesClient } from '../protocols/anthropic-messages/client.ts';
import { encodeModel, encodeModels } from '../protocols/anthropic-messages/encode-models.ts';
import { openaiChatClient } from '../protocols/openai-chat/client.ts';
import { openaiCompletionsClient } from '../protocols/openai-completions/client.ts';
import { openaiEmbeddingsClient } from '../protocols/openai-embeddings/client.ts';
import { openaiResponsesClient } from '../protocols/openai-responses/client.ts';
import { capabilitiesOf } from '../providers/capabilities.ts';
import { listedNames } from './listed-names.ts';
import type { Targets } from './targets.ts';

const CHAT_ROUTES: readonly ChatRoute[] = [
  {
    protocol: openaiChatClient,
    shape: 'openai',
    prefixes: OPENAI_PREFIXES,
    path: '/chat/completions',
    summary: 'Chat completion in the OpenAI wire, on any provider',
    tag: 'OpenAI',
  },
  {
    protocol: openaiCompletionsClient,
    shape: 'openai',
    prefixes: OPENAI_PREFIXES,
    path: '/completions',
    summary: 'Legacy completion in the OpenAI wire, on any provider',
    tag: 'OpenAI',
  },
  {
    protocol: openaiResponsesClient,
    shape: 'openai',
    prefixes: OPENAI_PREFIXES,
    path: '/responses',
    summary: 'Response in the OpenAI wire, on any provider',
    tag: 'OpenAI',
  },
  {
    protocol: anthropicMessagesClient,
    shape: 'anthropic',
    prefixes: ANTHROPIC_PREFIXES,
    path: '/messages',
    summary: 'Message in the Anthropic wire, on any provider',
    tag: 'Anthropic',
  },
];

/** The APIs that providers' own clients speak. */
export function wireRoutes(of: { config: Config; calls: CallServices; targets: Targets }): RouteSpec[] {
  const services = withTimeLimits(of.calls, of.config);
  return [
    ...clientProbeRoutes(),
    ...CHAT_ROUTES.flatMap((route) => chatRoutes(route, services)),
    ...embeddingRoutes(openaiEmbeddingsClient, services),
    ...modelRoutes({
      names: () => listedNames(of.targets),
      anthropicModel: encodeModel,
      anthropicList: encodeModels,
      capabilities: () => of.targets.book.providers.map((provider) => capabilitiesOf(provider.definition)),
    }),
  ];
}

export function withTimeLimits(calls: CallServices, config: Config): ChatRouteServices {
  const { timeouts, llm } = config;
  const wire = { totalMs: timeouts.total_ms, attemptMs: timeouts.total_ms, idleMs: timeouts.idle_ms };
  return {
    ...calls,
    timeLimits: { wire, seed: { ...wire, attemptMs: llm.timeout_ms }, maxTotalMs: timeouts.total_ms },
  };
}
