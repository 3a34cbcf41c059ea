import { countTokens } from './tokens.ts';
import type { Turn, TurnMessage } from './turn.ts';

const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_MEDIUM = { image: 85, audio: 40, file: 120 } as const;

/** Tokens that the provider bills as input: messages, their frames, media and tool definitions. */
export function countInputTokens(turn: Pick<Turn, 'messages' | 'tools'>): number {
  const messages = turn.messages.reduce((sum, message) => sum + countMessageTokens(message), 0);
  const tools = turn.tools.reduce((sum, tool) => sum + 8 + countTokens(JSON.stringify(tool)), 0);
  return 3 + messages + tools;
}

export function countMessageTokens(message: TurnMessage): number {
  const media = message.media.reduce((sum, medium) => sum + TOKENS_PER_MEDIUM[medium.kind], 0);
  return TOKENS_PER_MESSAGE + countTokens(message.text) + media;
}

/** OpenAI-style prefix caching: whole blocks of 128 tokens once a prompt has 1,024, as if it had been sent before. */
export function cachedPrefixTokens(inputTokens: number): number {
  return inputTokens < 1024 ? 0 : Math.floor(inputTokens / 128) * 128;
}
