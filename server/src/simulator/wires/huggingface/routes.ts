import type { Route } from '../../exchange.ts';
import { complete } from '../openai/completions.ts';
import { modelRoutes } from '../openai/models.ts';
import { chatHandler } from '../openai-chat/chat-handler.ts';
import { huggingFaceFamily as family } from './family.ts';
import { huggingFaceDialect } from './huggingface-dialect.ts';
import { runTask } from './tasks.ts';

const MODELS = [
  'meta-llama/Llama-3.1-8B-Instruct',
  'meta-llama/Llama-3.3-70B-Instruct',
  'mistralai/Mistral-7B-Instruct-v0.3',
  'Qwen/Qwen2.5-72B-Instruct',
  'deepseek-ai/DeepSeek-R1',
];

const chat = chatHandler(huggingFaceDialect);

/** The router's wires, the same below one model's path, and raw tasks for everything that is neither. */
export const huggingFaceRoutes: readonly Route[] = [
  { method: 'POST', path: '/hf/v1/chat/completions', family, handle: chat },
  { method: 'POST', path: '/hf/v1/completions', family, handle: complete },
  { method: 'POST', path: '/hf/models/:id*/v1/chat/completions', family, handle: chat },
  { method: 'POST', path: '/hf/models/:id*/v1/completions', family, handle: complete },
  { method: 'POST', path: '/hf/models/:id*', family, handle: runTask },
  { method: 'POST', path: '/hf/hf-inference/models/:id*', family, handle: runTask },
  ...modelRoutes('/hf/v1', family, MODELS),
];
