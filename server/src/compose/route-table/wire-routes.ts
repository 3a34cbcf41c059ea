import type { Config } from '../../config/schema.ts';
import type { Batches } from '../../features/batches/batches.ts';
import type { MessageBatches } from '../../features/batches/message-batches.ts';
import type { CountedMessage } from '../../features/conversations/content.ts';
import type { BatchMeter } from '../../features/metered-batches/batch-meter.ts';
import type { RouteSpec } from '../../http/route.ts';
import { batchRoutes } from '../../http/routes/batches.ts';
import { type ChatRoute, type ChatRouteServices, chatRoutes } from '../../http/routes/chat.ts';
import { countTokensRoutes } from '../../http/routes/count-tokens.ts';
import { embeddingRoutes } from '../../http/routes/embeddings.ts';
import { fileRoutes } from '../../http/routes/files.ts';
import { messageBatchRoutes } from '../../http/routes/message-batches.ts';
import { modelRoutes } from '../../http/routes/models.ts';
import { openaiConversationRoutes } from '../../http/routes/openai-conversations.ts';
import { meteredRoutes } from '../../http/routes/pass-through.ts';
import { clientProbeRoutes } from '../../http/routes/probes.ts';
import { responseRoutes } from '../../http/routes/responses.ts';
import { ANTHROPIC_PREFIXES, OPENAI_PREFIXES } from '../../http/routes/wire-paths.ts';
import type { CallServices } from '../../http/serve-call.ts';
import type { ChatRequest, Message } from '../../kernel/chat.ts';
import type { TokenCalibration } from '../../pricing/count-tokens/calibration.ts';
import { countChatTokens } from '../../pricing/count-tokens/count-chat-tokens.ts';
import { anthropicMessagesClient } from '../../protocols/anthropic-messages/client.ts';
import { encodeModel, encodeModels } from '../../protocols/anthropic-messages/encode-models.ts';
import { openaiChatClient } from '../../protocols/openai-chat/client.ts';
import { openaiCompletionsClient } from '../../protocols/openai-completions/client.ts';
import { openaiEmbeddingsClient } from '../../protocols/openai-embeddings/client.ts';
import { openaiResponsesClient } from '../../protocols/openai-responses/client.ts';
import { capabilitiesOf } from '../../providers/capabilities.ts';
import { filesPlace } from '../providers/file-references.ts';
import { listedNames } from '../providers/listed-names.ts';
import type { Targets } from '../providers/targets.ts';
import type { Stores } from '../stores.ts';

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
export function wireRoutes(of: {
  config: Config;
  calls: CallServices;
  targets: Targets;
  stores: Stores;
  batches: Batches;
  messageBatches: MessageBatches;
  batchMeter: BatchMeter;
  /** What is known of how models count. */
  calibration: Pick<TokenCalibration, 'ratio'>;
  /** Counts what is put into conversations. */
  countMessages: (messages: readonly Message[]) => Promise<CountedMessage[]>;
}): RouteSpec[] {
  const services = withTimeLimits(of.calls, of.config);
  const passing = passThroughServices(services, of);
  return [
    ...clientProbeRoutes(),
    ...CHAT_ROUTES.flatMap((route) => chatRoutes(route, services)),
    ...embeddingRoutes(openaiEmbeddingsClient, services),
    ...meteredRoutes(passing),
    ...fileRoutes(passing),
    ...batchRoutes(passing),
    ...messageBatchRoutes(of.messageBatches),
    ...responseRoutes(passing),
    ...openaiConversationRoutes({ conversations: of.stores.conversations, count: of.countMessages }),
    ...countTokensRoutes(passing),
    ...modelRoutes({
      names: () => listedNames(of.targets),
      anthropicModel: encodeModel,
      anthropicList: encodeModels,
      capabilities: () => of.targets.book.providers.map((provider) => capabilitiesOf(provider.definition)),
    }),
  ];
}

/** What the endpoints need whose bodies go through unread, and those about objects that live at providers. */
function passThroughServices(
  services: ChatRouteServices,
  {
    targets,
    stores,
    batches,
    batchMeter,
    calibration,
  }: {
    targets: Targets;
    stores: Stores;
    batches: Batches;
    batchMeter: BatchMeter;
    calibration: Pick<TokenCalibration, 'ratio'>;
  },
) {
  /** Undefined for routes, and for names that lead nowhere. */
  const placeOf = (name: string) => {
    // A line that names what leads nowhere will be told.
    return targets.book.route(name) === undefined ? targets.leadsTo(name) : undefined;
  };
  return {
    ...services,
    streamError: openaiChatClient.encodeStreamError,
    placeOfFiles: filesPlace(stores.providerObjects),
    objects: stores.providerObjects,
    responses: stores.responses,
    batches,
    batchMeter,
    batchProvider(models: readonly string[]) {
      const places = models.map((name) => placeOf(name));
      const [first] = places;
      // Only names that the provider itself knows: nobody will rewrite them inside a file.
      const isOne = places.every((place, at) => place?.provider === first?.provider && place?.model === models[at]);
      const provider = isOne ? first?.provider : undefined;
      return provider?.definition.passThrough.includes('batches') === true ? provider.name : undefined;
    },
    fileProviders: (owner: { projectId: string; userId: string | undefined }) =>
      targets.book.providers
        .filter((provider) => STORES_FILES.test(provider.definition.chat[0]?.wire ?? ''))
        .filter((provider) => provider.definition.passThrough.includes('files'))
        .filter((provider) => targets.credentials.pool(provider, owner).length > 0)
        .map((provider) => provider.name),
    async countTokens(name: string, chat: ChatRequest) {
      const target = targets.anyOf(name);
      const ratio = target === undefined ? undefined : calibration.ratio(`${target.provider.name}/${target.model}`);
      return (await countChatTokens(target?.model ?? name, chat, ratio)).tokens;
    },
    countingProvider(name: string) {
      const provider = targets.anyOf(name)?.provider;
      const counts = provider?.definition.passThrough.includes('count-tokens') === true;
      return counts && provider.definition.chat.some(({ wire }) => wire === 'anthropic-messages')
        ? provider.name
        : undefined;
    },
  };
}

/** These endpoints are of the OpenAI wire: only its providers keep files in that shape. */
const STORES_FILES = /^openai-/;

export function withTimeLimits(calls: CallServices, config: Config): ChatRouteServices {
  const { timeouts, llm } = config;
  const wire = { totalMs: timeouts.total_ms, attemptMs: timeouts.total_ms, idleMs: timeouts.idle_ms };
  return {
    ...calls,
    timeLimits: { wire, seed: { ...wire, attemptMs: llm.timeout_ms }, maxTotalMs: timeouts.total_ms },
  };
}
