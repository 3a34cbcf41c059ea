import type { JsonObject } from '../../../kernel/json.ts';
import type { Tool, ToolServers } from '../../../ports/tool-servers.ts';

/** What the server knows beside the document. What is absent is not checked. */
export interface FlowKnowledge {
  /** Names that the operator allows templates to read as `env.NAME`. */
  readonly env?: readonly string[];
  /** Kinds of secrets in a text, as the secrets guardrail sees them. */
  readonly secretsIn?: (text: string) => readonly string[];
  readonly toolServers?: { readonly names: ToolServers['names']; tools(server: string): Promise<readonly Tool[]> };
  readonly models?: {
    /** Whether a provider or route takes it. */
    has(model: string): boolean;
    /** Names to choose from, for the nearest one. */
    readonly names: readonly string[];
  };
  /** Names and ids of the project's workflows that are not deleted. */
  readonly workflows?: readonly string[];
  readonly evaluators?: readonly string[];
  /** What is wrong with a JSON Schema; undefined: nothing. */
  readonly schemaProblem?: (schema: JsonObject) => string | undefined;
  readonly price?: PriceOf;
}

/** Nano-USD of one call of so many tokens; undefined: the model has no price. */
export type PriceOf = (
  model: string,
  tokens: { readonly input: number; readonly output: number },
) => number | undefined;
