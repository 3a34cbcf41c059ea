import { CountThread } from './count-thread.ts';
import { countTexts, type TextCount } from './encode.ts';
import type { Encoding } from './encoding-of.ts';

/** More than this would block the event loop for milliseconds. */
const INLINE_CHARACTERS = 20_000;
/** Longer prompts than any model takes are estimated: counting them is work for nothing. */
const MAX_CHARACTERS = 8_388_608;
const CHARACTERS_PER_TOKEN = 4;

const thread = new CountThread();

/** Counts texts: at once when they are short, on another thread when they are long, by estimate when they are absurd. */
export async function countText(texts: readonly string[], encoding: Encoding): Promise<TextCount> {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  if (characters <= INLINE_CHARACTERS) return countTexts(texts, encoding);
  const counted = characters <= MAX_CHARACTERS ? await thread.count(texts, encoding) : undefined;
  return counted ?? { tokens: Math.ceil(characters / CHARACTERS_PER_TOKEN), exact: false };
}
