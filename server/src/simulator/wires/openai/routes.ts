import type { Route } from '../../exchange.ts';
import { chatHandler } from '../openai-chat/chat-handler.ts';
import { responsesRoutes } from '../openai-responses/responses.ts';
import { batchesRoutes } from './batches.ts';
import { completionsRoutes } from './completions.ts';
import { embeddingsRoutes } from './embeddings.ts';
import { openAiFamily } from './family.ts';
import { filesRoutes } from './files.ts';
import { mediaRoutes } from './media.ts';
import { modelRoutes, OPENAI_MODELS } from './models.ts';
import { moderationsRoutes } from './moderations.ts';
import { openAiDialect } from './openai-dialect.ts';

export const openAiRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/chat/completions', family: openAiFamily, handle: chatHandler(openAiDialect) },
  ...responsesRoutes,
  ...embeddingsRoutes,
  ...completionsRoutes,
  ...moderationsRoutes,
  ...mediaRoutes,
  ...filesRoutes,
  ...batchesRoutes,
  ...modelRoutes('/v1', openAiFamily, OPENAI_MODELS),
];
