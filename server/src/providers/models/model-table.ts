import type { Feature, ModelInfo } from '../../ports/provider.ts';

export const TEXT: readonly Feature[] = ['stream'];
export const TOOLS: readonly Feature[] = ['stream', 'tools', 'parallel-tools'];

/** Context window and output limit in tokens; 0 when nobody says. */
type Limits = readonly [contextWindow: number, maxOutputTokens: number];

export function chatModel(
  id: string,
  [contextWindow, maxOutputTokens]: Limits,
  more: { features: readonly Feature[]; aliases?: readonly string[] },
): ModelInfo {
  return {
    id,
    operations: ['chat'],
    ...(contextWindow > 0 ? { contextWindow } : {}),
    ...(maxOutputTokens > 0 ? { maxOutputTokens } : {}),
    ...more,
  };
}

export function embeddingModel(id: string, contextWindow?: number): ModelInfo {
  return { id, operations: ['embeddings'], features: [], ...(contextWindow === undefined ? {} : { contextWindow }) };
}

export function otherModel(id: string, operation: 'moderations' | 'images' | 'audio'): ModelInfo {
  return { id, operations: [operation], features: [] };
}
