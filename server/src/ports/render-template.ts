import type { JsonObject } from '../kernel/json.ts';

/** The text of a template for these variables. Rejects with `request.invalid` that says what is missing or wrong. */
export type RenderTemplate = (of: {
  readonly source: string;
  readonly variables: JsonObject;
  readonly projectId: string;
}) => Promise<string>;
