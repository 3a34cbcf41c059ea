import type { ModelInfo } from '../../ports/provider.ts';
import { anthropicModels } from './anthropic.ts';
import { geminiModels } from './gemini.ts';
import { embeddingModel } from './model-table.ts';

/** Claude models whose name on Vertex has their date behind an @. */
const DATED: Readonly<Record<string, string>> = {
  'claude-opus-4-5': 'claude-opus-4-5@20251101',
  'claude-sonnet-4-5': 'claude-sonnet-4-5@20250929',
  'claude-haiku-4-5': 'claude-haiku-4-5@20251001',
};

export const vertexModels: readonly ModelInfo[] = [
  ...geminiModels,
  embeddingModel('text-embedding-005', 2048),
  embeddingModel('text-multilingual-embedding-002', 2048),
  ...anthropicModels.map((model) => {
    const id = DATED[model.id] ?? model.id.replace(/-(20\d{6})$/, '@$1');
    return id === model.id ? model : { ...model, id, aliases: [model.id, ...(model.aliases ?? [])] };
  }),
];
