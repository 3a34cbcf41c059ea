import type { JsonObject } from '../kernel/json.ts';

/** One version of a stored prompt as a run uses it. */
export interface PromptVersion {
  readonly version: number;
  /** Templates. */
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** Settings of the model that belong to it, in the words of the OpenAI chat wire. */
  readonly settings: JsonObject;
}

/** Finds a version of a prompt by number or by label. Rejects with `resource.not_found`. */
export type PromptSource = (of: {
  readonly projectId: string;
  readonly name: string;
  readonly version?: number | undefined;
  readonly label?: string | undefined;
}) => Promise<PromptVersion>;
