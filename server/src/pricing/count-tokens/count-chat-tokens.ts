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
const ESTIMATE_ENCODING: Encoding = 'o200k_base';

/**
 * Prompt tokens of a chat call. Exact for the text of OpenAI models; tools, media, structured output and the models of
 * other providers are estimates and say so.
 */
export async function countChatTokens(model: string, request: ChatRequest): Promise<TokenCount> {
  const encoding = encodingOf(model);
  const parts = promptParts(model, request);
  const text = await countText(parts.texts, encoding ?? ESTIMATE_ENCODING);
  if (encoding !== undefined) return { tokens: text.tokens + parts.tokens, exact: text.exact && parts.exact };
  return { tokens: Math.ceil(text.tokens * factorOf(model)) + parts.tokens, exact: false };
}

/** Tokens of plain texts (embedding inputs, a reply), without the overhead of a chat. */
export async function countPlainTokens(model: string, texts: readonly string[]): Promise<TokenCount> {
  const encoding = encodingOf(model);
  const text = await countText(texts, encoding ?? ESTIMATE_ENCODING);
  return encoding === undefined ? { tokens: Math.ceil(text.tokens * factorOf(model)), exact: false } : text;
}

function factorOf(model: string): number {
  return FAMILIES.find((family) => family.models.test(model))?.factor ?? 1;
}
