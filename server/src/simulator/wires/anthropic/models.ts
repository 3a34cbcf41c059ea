import type { Exchange } from '../../exchange.ts';
import type { JsonObject } from '../../json.ts';
import { WireError } from '../../wire-error.ts';

const MODELS: Readonly<Record<string, string>> = {
  'claude-opus-4-5': 'Claude Opus 4.5',
  'claude-sonnet-4-5': 'Claude Sonnet 4.5',
  'claude-haiku-4-5': 'Claude Haiku 4.5',
  'claude-3-5-sonnet-20241022': 'Claude 3.5 Sonnet',
  'claude-3-5-haiku-20241022': 'Claude 3.5 Haiku',
  'claude-3-opus-20240229': 'Claude 3 Opus',
  'claude-3-sonnet-20240229': 'Claude 3 Sonnet',
  'claude-3-haiku-20240307': 'Claude 3 Haiku',
};

export async function listAnthropicModels({ query, reply }: Exchange): Promise<void> {
  const ids = Object.keys(MODELS);
  const after = ids.indexOf(query.get('after_id') ?? '') + 1;
  const limit = Number(query.get('limit') ?? 20);
  const page = ids.slice(after, after + limit);
  return reply.json({
    data: page.map(describe),
    has_more: after + limit < ids.length,
    first_id: page[0] ?? null,
    last_id: page.at(-1) ?? null,
  });
}

export async function anthropicModel({ params, reply }: Exchange): Promise<void> {
  const id = params.id ?? '';
  if (!(id in MODELS)) throw new WireError({ status: 404, type: 'not_found_error', message: `model: ${id}` });
  return reply.json(describe(id));
}

function describe(id: string): JsonObject {
  return { type: 'model', id, display_name: MODELS[id], created_at: '2025-09-29T00:00:00Z' };
}
