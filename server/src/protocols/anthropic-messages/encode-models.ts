import type { JsonObject } from '../../kernel/json.ts';
import { isoSeconds, SECOND_MS } from '../../kernel/time.ts';

export interface ListedModel {
  readonly id: string;
  /** For people; absent means the id. */
  readonly displayName?: string;
  /** Seconds since the epoch; absent means unknown, which the wire writes as the epoch itself. */
  readonly createdS?: number;
}

/** One model, as `GET /v1/models/{id}` shows it. */
export function encodeModel(model: ListedModel): JsonObject {
  return {
    type: 'model',
    id: model.id,
    display_name: model.displayName ?? model.id,
    created_at: isoSeconds((model.createdS ?? 0) * SECOND_MS),
  };
}

/** All models on one page, as `GET /v1/models` shows them. */
export function encodeModels(models: readonly ListedModel[]): JsonObject {
  return {
    data: models.map(encodeModel),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  };
}
