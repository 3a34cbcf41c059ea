import type { JsonObject } from '../../json.ts';
import type { Answer } from '../../mind/turn.ts';
import type { WireFamily } from '../family.ts';

/** Where providers that speak the chat completions wire differ from one another. */
export interface ChatDialect {
  family: WireFamily;
  /** Largest `n` accepted. */
  mostChoices: number;
  /** Models of this pattern think before they answer. */
  thinks: RegExp;
  /** Models of this pattern refuse `max_tokens` and take `max_completion_tokens` only; absent when all take both. */
  refusesMaxTokens?: RegExp;
  /** Message field that shows the thinking; absent when the provider hides it. */
  thinkingField?: string;
  /** True when a streamed tool call arrives in one piece. */
  wholeToolCalls: boolean;
  /** The model name that replies carry. */
  reportedModel(model: string): string;
  usage(input: number, answers: readonly Answer[]): JsonObject;
  /** Provider fields on whole replies and on every chunk. */
  everywhere: JsonObject;
  /** Provider fields on a whole reply only. */
  replyExtras?(requestId: string): JsonObject;
  /** Provider fields on the first and the last chunk of a stream. */
  chunkExtras?(position: 'first' | 'last', usage: JsonObject, requestId: string): JsonObject;
}
