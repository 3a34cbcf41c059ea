import type { ChatRequest } from '../../kernel/chat.ts';
import { countText } from './count-text.ts';
import { type Encoding, encodingOf } from './encoding-of.ts';
import { promptParts } from './prompt-parts.ts';

export interface TokenCount {
  readonly tokens: number;
  /** True when the provider would count the same; false for an estimate. */
  readonly exact: boolean;
}

/** Families without a published tokeniser, by how many of their tokens an o200k token is worth on mixed text. */
const FAMILIES: readonly { models: RegExp; factor: number }[] = [
  { models: /claude/, factor: 1.17 },
  { models: /mistral|mixtral|ministral|codestral/, factor: 1.15 },
  { models: /llama|command|gemma/, factor: 1.05 },
];
/** In which texts are counted whose model has no published tokeniser. */
export const ESTIMATE_ENCODING: Encoding = 'o200k_base';

/**
 * Prompt tokens of a chat call. Exact for the text of OpenAI models; tools, media, structured output and the models of
 * other providers are estimates and say so. `ratio` is what was learnt of such a model; absent: its family's.
 */
export async function countChatTokens(model: string, request: ChatRequest, ratio?: number): Promise<TokenCount> {
  const encoding = encodingOf(model);
  const parts = promptParts(model, request);
  const text = await countText(parts.texts, encoding ?? ESTIMATE_ENCODING);
  if (encoding !== undefined) return { tokens: text.tokens + parts.tokens, exact: text.exact && parts.exact };
  if (ratio !== undefined) return { tokens: Math.ceil((text.tokens + parts.tokens) * ratio), exact: false };
  return { tokens: Math.ceil(text.tokens * factorOf(model)) + parts.tokens, exact: false };
}

/** Tokens of plain texts (embedding inputs, a reply), without the overhead of a chat. */
export async function countPlainTokens(model: string, texts: readonly string[]): Promise<TokenCount> {
  const encoding = encodingOf(model);
  const text = await countText(texts, encoding ?? ESTIMATE_ENCODING);
  return {
    tokens: encoding === undefined ? Math.ceil(text.tokens * factorOf(model)) : text.tokens,
    exact: encoding !== undefined && text.exact,
  };
}

/** How many tokens of a model one o200k token is worth, before anything was learnt of it. */
export function factorOf(model: string): number {
  return FAMILIES.find((family) => family.models.test(model))?.factor ?? 1;
}
