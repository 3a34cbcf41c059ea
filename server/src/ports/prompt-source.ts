import type { JsonObject } from '../kernel/json.ts';

/** Stored prompts as evaluation runs use them. */
export interface PromptSource {
  /** The version that is meant, by number or by label; neither: the usual one. Rejects with `resource.not_found`. */
  find(of: {
    readonly projectId: string;
    readonly name: string;
    readonly version?: number | undefined;
    readonly label?: string | undefined;
  }): Promise<PromptVersion>;
  /** Rejects with `request.invalid` naming a variable that is missing. */
  render(of: {
    readonly projectId: string;
    readonly name: string;
    readonly version: number;
    readonly variables: JsonObject;
  }): Promise<readonly { readonly role: string; readonly content: string }[]>;
}

export interface PromptVersion {
  readonly version: number;
  /** Settings of the model that belong to it, in the words of the OpenAI chat wire. */
  readonly settings: JsonObject;
}
