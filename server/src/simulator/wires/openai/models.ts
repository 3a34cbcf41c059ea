import type { Exchange, Route } from '../../exchange.ts';
import type { JsonObject } from '../../json.ts';
import type { WireFamily } from '../family.ts';
import { unknownModel } from '../openai-chat/chat-check.ts';

export const OPENAI_MODELS = [
  'gpt-4o',
  'gpt-4o-mini',
  'gpt-4.1',
  'gpt-4-turbo',
  'gpt-4',
  'gpt-3.5-turbo',
  'gpt-5',
  'o3-mini',
  'text-embedding-3-small',
  'text-embedding-3-large',
  'omni-moderation-latest',
  'gpt-image-1',
  'tts-1',
  'whisper-1',
];

/** The model endpoints of a provider that keeps OpenAI's shape. */
export function modelRoutes(prefix: string, family: WireFamily, ids: readonly string[]): Route[] {
  return [
    { method: 'GET', path: `${prefix}/models`, family, handle: ({ reply }) => reply.json(modelList(ids)) },
    { method: 'GET', path: `${prefix}/models/:id*`, family, handle: (exchange) => oneModel(exchange, ids) },
  ];
}

async function oneModel({ params, reply }: Exchange, ids: readonly string[]): Promise<void> {
  const id = params.id ?? '';
  if (!ids.includes(id)) throw unknownModel(id);
  return reply.json(describe(id));
}

function modelList(ids: readonly string[]): JsonObject {
  return { object: 'list', data: ids.map(describe) };
}

function describe(id: string): JsonObject {
  return { id, object: 'model', created: 1_715_367_049, owned_by: 'simulated' };
}
