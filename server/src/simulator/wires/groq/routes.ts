import type { Route } from '../../exchange.ts';
import { batchesRoutes } from '../openai/batches.ts';
import { filesRoutes } from '../openai/files.ts';
import { mediaRoutes } from '../openai/media.ts';
import { modelRoutes } from '../openai/models.ts';
import { chatHandler } from '../openai-chat/chat-handler.ts';
import { groqFamily } from './family.ts';
import { groqDialect } from './groq-dialect.ts';

const MODELS = [
  'llama-3.3-70b-versatile',
  'llama-3.1-70b-versatile',
  'llama-3.1-8b-instant',
  'mixtral-8x7b-32768',
  'openai/gpt-oss-120b',
];

/** What Groq keeps of OpenAI's other endpoints, below its own path. */
const borrowed = [
  ...mediaRoutes.filter((route) => route.path.includes('/audio/')),
  ...filesRoutes,
  ...batchesRoutes,
].map((route): Route => ({ ...route, path: `/openai${route.path}`, family: groqFamily }));

export const groqRoutes: readonly Route[] = [
  { method: 'POST', path: '/openai/v1/chat/completions', family: groqFamily, handle: chatHandler(groqDialect) },
  ...borrowed,
  ...modelRoutes('/openai/v1', groqFamily, MODELS),
];
